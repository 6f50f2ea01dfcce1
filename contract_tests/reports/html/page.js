(() => {
  const form = document.getElementById('filter');
  const text = form.querySelector('input[type=search]');
  const told = form.querySelector('output');
  const rows = [...document.querySelectorAll('tr[data-verdict]')];
  const words = rows.map(row => row.querySelector('.rule').textContent.toLowerCase());
  const show = () => {
    const wanted = new Set([...form.querySelectorAll('input:checked')].map(box => box.value));
    const parts = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    rows.forEach((row, at) => {
      row.hidden = !(wanted.has(row.dataset.verdict) && parts.every(part => words[at].includes(part)));
      number += row.hidden ? 0 : 1;
    });
    told.value = number === rows.length ? '' : `${number} of ${rows.length} rules shown`;
  };
  // A link to a rule shows it, whatever was chosen before.
  const unveil = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row) return;
    row.hidden = false;
    for (let each = row; each; each = each.parentElement) if (each.tagName === 'DETAILS') each.open = true;
    row.scrollIntoView();
  };
  form.hidden = false;
  form.addEventListener('input', show);
  form.addEventListener('submit', event => event.preventDefault());
  addEventListener('hashchange', unveil);
  if (location.hash) unveil();
  addEventListener('beforeprint', () => {
    document.querySelectorAll('details.print').forEach(each => { each.open = true; });
  });
})();
