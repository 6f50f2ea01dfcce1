"""Conditions that hold over some values, one for each construct."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

ENV: dict[str, Any] = {
    "query": {"unpin": "yes", "page": "3"},
    "body": {"activity": [{"id": "1"}, {"id": "2"}], "empty": "", "nothing": None, "n": 3},
    "targets": [
        {"sent": {"id": "1"}, "found": {"type": "email", "pinned": True}},
        {"sent": {"id": "2"}, "found": None},
    ],
    "now": datetime(2026, 11, 22, tzinfo=UTC),
}

HOLDS = [
    "true",
    "!false && (false || true)",
    "1 == 1.0",
    "!(1 == true)",
    "1 != '1'",
    "'a' < 'b' && 2 >= 2 && 1 <= 2 && 3 > 2",
    "1 + 2 == 3 && 'a' + 'b' == 'ab' && 3 - 1 == 2 && -1 < 0",
    "query.unpin == 'yes'",
    "query['unpin'] == \"yes\"",
    "body.activity[1].id == '2'",
    "given(body, 'activity') && !given(body, 'nothing') && !given(body, 'a.b')",
    "given(body, 'empty')",
    "size(body.activity) == 2 && size('abc') == 3",
    "string(3) == '3' && string(true) == 'true'",
    "int('42') == 42 && int(query.page) == body.n",
    "lower('ÄB') == 'äb' && trim(' x ') == 'x' && bytes('ä') == 2",
    "timestamp('2026-11-21T10:00:00.000Z') < now",
    "timestamp('2026-11-22 00:00:00') == now",
    "timestamp('2026-11-22T00:01:00Z') - now == 60.0",
    "'b' in ['a', 'b'] && !('c' in ['a', 'b'])",
    "'unpin' in query",
    "targets.exists(t, t.found == null)",
    "!targets.all(t, t.found != null)",
    "targets.filter(t, t.found != null).all(t, t.found.pinned)",
    "targets.map(t, t.sent.id) == ['1', '2']",
    "targets.exists_one(t, t.sent.id == '1')",
    "targets.map(t, t.sent.id).unique() && !['a', 'a'].unique()",
    "![1, 1.0].unique() && [1, '1'].unique()",
    "'abc'.startsWith('a') && 'abc'.endsWith('c') && 'abc'.contains('b')",
    "'a1'.matches('^[a-z][0-9]$') && !'a1\\n'.matches('^[a-z][0-9]$')",
    "true ? true : body.absent",
    "false && body.absent == 1 || true",
    "[[1], [2]].exists(x, x.all(y, y == 2))",
    "'it\\'s' == \"it's\"",
]
