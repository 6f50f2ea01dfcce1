"""The fault desk: answers that come late, wrong, old or not at all, set for one world."""
