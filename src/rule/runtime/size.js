// needs: core
// Literals of arrays and maps whose items may be large: the item that makes one too large is the one to name.
function sized(v, places) {
  if (heavy(v)) {
    const at = places.split(" "), sum = { a: 0, m: 0, s: 0 };
    v.forEach((item) => {
      if (Array.isArray(v)) sum.a++; else sum.m++;
      within(weigh(item, sum, 0), at.shift());
    });
  }
  return v;
}
function heavy(v) { const sum = weigh(v, { a: 0, m: 0, s: 0 }, 3); return sum.s > TEXT_BYTES || sum.a > ELEMENTS || sum.m > ENTRIES; }
// Of each row the places of its values and its own.
function sizedRows(keys, values, places) {
  const all = rows(keys, values);
  if (heavy(all)) {
    const at = places.split(","), ends = at.map((line) => line.slice(line.lastIndexOf(" ") + 1)).join(" ");
    all.forEach((row, i) => { sized(row, at[i]); sized(all.slice(0, i + 1), ends); });
  }
  return all;
}
// One item more, when what comes behind it may fail or do something.
function withItem(list, v, pos) { list.push(v); return checked(list, pos); }
function withEntry(map, key, v, pos) { map.set(key, v); return checked(map, pos); }
