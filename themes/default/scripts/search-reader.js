// @ts-check
/**
 * Search, the part that answers: cuts a query into terms, scores pages, checks the best against their records.
 *
 * Goes between search-index.js and search-dialog.js in one file. What is folded or cut here is folded and cut in
 * `src/search` in the same way. Knows no element of a page. Sets `SB.reader`.
 */
(function () {
  "use strict";

  /**
   * @typedef {{pages: Uint32Array, levels: Uint8Array}} List
   * @typedef {{keys: string[], places: Map<string, number>, list: (index: number) => List}} Shard
   * @typedef {{pageCount: number, kinds: string[], kindFactors: number[], directories: {[family: string]: string[]},
   *   score: Float64Array, mask: Uint32Array, hits: Uint8Array, best: Float64Array,
   *   load: (name: string) => Promise<any>, locate: (family: string, key: string) => number,
   *   shard: (family: "b"|"u"|"w", number: number) => Promise<Shard>,
   *   lines: (family: "p"|"i", number: number) => Promise<string[][]>,
   *   range: (family: string, first: string, last: string, limit: number) => number[],
   *   soundTable: () => Promise<Map<string, string>>}} Edition
   * @typedef {{family: "b"|"u"|"w", key: string, mask: number}} Term
   * @typedef {{units: number, terms: Term[], segments: string[], latin: {letters: string, start: number, end: number}[],
   *   folded: string, factors: number[]}} Query
   * @typedef {{word: string, weight: number, how: "full"|"initials"|"fuzzy"}} Candidate
   * @typedef {{page: number, score: number, match: string, segments: string[]}} Hit
   * @typedef {[number, number][]} Marks
   * @typedef {{anchor: string, heading: string, snippet: string, marks: Marks, ratio: number}} Passage
   * @typedef {{id: string, kind: string, title: string, url: string, anchor: string, snippet: string, score: number,
   *   match: string, breadcrumb: string, say: string, alias: string, terms: string, titleMarks: Marks,
   *   aliasMarks: Marks, passages: Passage[]}} Result
   * @typedef {{results: Result[], total: number, exact: number, candidates: string[], counts: Map<string, number>|null,
   *   more: boolean}} Answer
   */

  /** @type {any} */
  const SB = /** @type {any} */ (globalThis).SB;
  /** @type {any} */
  const boot = /** @type {any} */ (globalThis).SB_BOOT;
  /** @type {{open: () => Promise<Edition>, fold: (text: string) => string, compare: (a: string, b: string) => number}} */
  const { open, fold, compare } = SB.index;

  /** Pages that are checked against their records beyond those asked for, so that the check can change the order. */
  const SPARE_RECORDS = 4;
  /** With fewer, pages that cover less of the query are shown too. */
  const ENOUGH_PAGES = 3;
  /** Units of a query; each has a bit in a mask. */
  const UNIT_LIMIT = 30;
  const WORD_LIMIT = 40;
  const SNIPPET_CHARACTERS = 72;
  const UNSPACED = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{323af}\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3]/u;
  const TRANSPARENT = /[「」『』“”《》【】()]/;
  const LETTER = /[\p{Alphabetic}\p{N}]/u;

  /** What surrounds the matter in a question; it counts a quarter. */
  const FILLER = /怎么[办说回答]?|如何|什么|哪些|为什么|客户[说问讲]|应该|可以|\b(?:a|an|the|to|of|is|are|do|i|my|it|what|how|why)\b/g;
  const FILLER_FACTOR = 0.25;
  /** Of a character in no pair that the index has: a book cannot be blamed for not knowing the customer's trade. */
  const UNKNOWN_WEIGHT = 0.6;

  /* Text */

  /** Cuts a query into terms; each remembers which units (characters, words) of the query it covers.
   * @param {string} text @returns {Query} */
  function parse(text) {
    const folded = fold(text);
    /** @type {Query} */
    const query = { units: 0, terms: [], segments: [], latin: [], folded, factors: [] };
    /** @type {[number, number][]} */
    const fillers = Array.from(folded.matchAll(FILLER), (match) => [match.index || 0, (match.index || 0) + match[0].length]);
    /** @param {number} start */
    const addUnit = (start) => {
      query.factors.push(fillers.some((filler) => start >= filler[0] && start < filler[1]) ? FILLER_FACTOR : 1);
      query.units++;
    };
    let before = "";
    let run = 0;
    let word = "";
    let segment = "";
    let offset = 0;
    let wordStart = 0;
    const endRun = () => {
      if (run === 1) query.terms.push({ family: "u", key: before, mask: 1 << (query.units - 1) });
      run = 0;
      before = "";
    };
    const endWord = () => {
      if (word) {
        query.terms.push({ family: "w", key: Array.from(word).slice(0, WORD_LIMIT).join(""), mask: 1 << query.units });
        addUnit(wordStart);
        const last = query.latin[query.latin.length - 1];
        if (/^[a-z]+$/.test(word)) {
          if (last && /^[\s'’]*$/.test(folded.slice(last.end, wordStart))) {
            last.letters += word;
            last.end = offset;
          } else {
            query.latin.push({ letters: word, start: wordStart, end: offset });
          }
        }
      }
      word = "";
    };
    const endSegment = () => {
      if (segment) query.segments.push(segment);
      segment = "";
    };
    for (const c of folded) {
      if (query.units + (word ? 1 : 0) >= UNIT_LIMIT) break;
      const unspaced = UNSPACED.test(c);
      const transparent = !unspaced && TRANSPARENT.test(c);
      const letter = !unspaced && !transparent && LETTER.test(c);
      if (!letter) endWord();
      if (unspaced) {
        if (before) query.terms.push({ family: "b", key: before + c, mask: 3 << (query.units - 1) });
        run++;
        before = c;
        addUnit(offset);
      } else if (!transparent) {
        endRun();
        if (letter) {
          if (!word) wordStart = offset;
          word += c;
        } else {
          endSegment();
        }
      }
      const filler = fillers.some((range) => offset >= range[0] && offset < range[1]);
      if (filler) endSegment();
      else if (unspaced || letter) segment += c;
      offset += c.length;
    }
    endWord();
    endRun();
    endSegment();
    // A question of nothing else is meant as it stands.
    if (!query.segments.length && query.units) query.segments.push(...folded.split(/\s+/).filter((part) => LETTER.test(part)));
    return query;
  }

  /** The stem of an English word, roughly: plural and -ing, -ed. @param {string} word */
  function stem(word) {
    if (!/^[a-z]{4,}$/.test(word)) return word;
    const cut = word
      .replace(/ies$/, "y")
      .replace(/([^s])s$/, "$1")
      .replace(/(..[^e])(ing|ed)$/, "$1");
    return cut.length >= 3 ? cut.replace(/e$/, "") : word;
  }

  /** Whether one insertion, deletion, replacement or swap of neighbours makes one text the other.
   * @param {string} a @param {string} b */
  function isOneEditAway(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let head = 0;
    while (head < a.length && head < b.length && a[head] === b[head]) head++;
    let tail = 0;
    const limit = Math.min(a.length, b.length) - head;
    while (tail < limit && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
    const x = a.slice(head, a.length - tail);
    const y = b.slice(head, b.length - tail);
    return (x.length <= 1 && y.length <= 1) || (x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0]);
  }

  /** What many speakers do not tell apart becomes alike, as in the lexicon. @param {string} letters */
  function foldPinyin(letters) {
    return letters.replace(/([zcs])h/g, "$1").replace(/([aei])ng/g, "$1n");
  }

  /* Scoring */

  /** The lists that a term stands for, each with a factor; a word also stands for its other forms.
   * @param {Edition} edition @param {Term} term
   * @returns {Promise<{lists: {list: List, factor: number}[], fuzzy: boolean}>} */
  async function listsOf(edition, term) {
    if (term.family !== "w") {
      const number = edition.locate(term.family, term.key);
      if (number < 0) return { lists: [], fuzzy: false };
      const shard = await edition.shard(term.family, number);
      const place = shard.places.get(term.key);
      return { lists: place === undefined ? [] : [{ list: shard.list(place), factor: 1 }], fuzzy: false };
    }
    const root = stem(term.key);
    let shared = 0;
    while (shared < root.length && root[shared] === term.key[shared]) shared++;
    const prefix = term.key.slice(0, shared);
    const shards = await Promise.all(
      edition.range("w", prefix, prefix + "\u{10ffff}", 3).map((number) => edition.shard("w", number)),
    );
    const lists = [];
    for (const shard of shards) {
      for (let place = 0; place < shard.keys.length; place++) {
        const key = shard.keys[place];
        if (!key.startsWith(prefix)) continue;
        const factor = key === term.key ? 1 : stem(key) === root ? 0.8 : key.startsWith(term.key) ? 0.5 : 0;
        if (factor) lists.push({ list: shard.list(place), factor });
      }
    }
    if (lists.length || term.key.length < 5) return { lists, fuzzy: false };
    for (const shard of shards) {
      shard.keys.forEach((key, place) => {
        if (isOneEditAway(key, term.key)) lists.push({ list: shard.list(place), factor: 0.4 });
      });
    }
    return { lists, fuzzy: lists.length > 0 };
  }

  /** Scores all pages for one query, and returns the best.
   * @param {Edition} edition @param {Query} query @param {{limit: number, match: string, accept: ((page: number) => boolean)|null,
   *   seen: Set<number>}} options `seen` collects all pages found, whatever their kind.
   * @returns {Promise<{hits: Hit[], exact: number, coverage: number}>} */
  async function scorePages(edition, query, options) {
    const found = await Promise.all(query.terms.map((term) => listsOf(edition, term)));
    const { score, mask, hits, best, pageCount } = edition;
    score.fill(0);
    mask.fill(0);
    hits.fill(0);
    /** @type {number[]} */
    const unitWeights = new Array(query.units).fill(Infinity);
    let present = 0;
    let totalIdf = 0;
    found.forEach(({ lists }, index) => {
      if (!lists.length) return;
      present++;
      /** @type {number[]} */
      const touched = [];
      for (const { list, factor } of lists) {
        for (let i = 0; i < list.pages.length; i++) {
          const page = list.pages[i];
          const value = factor * Math.pow(2, list.levels[i] / 2);
          if (best[page] === 0) touched.push(page);
          if (value > best[page]) best[page] = value;
        }
      }
      const covered = query.terms[index].mask;
      const factor = Math.max(...query.factors.filter((_, unit) => covered & (1 << unit)));
      const idf = factor * Math.log(1 + pageCount / (touched.length + pageCount / 100));
      totalIdf += idf;
      for (let unit = 0; unit < query.units; unit++) {
        if (covered & (1 << unit)) unitWeights[unit] = Math.min(unitWeights[unit], idf);
      }
      for (const page of touched) {
        score[page] += idf * best[page];
        mask[page] |= covered;
        hits[page]++;
        best[page] = 0;
      }
    });
    if (!present) return { hits: [], exact: 0, coverage: 0 };

    const weights = unitWeights.map((weight, unit) => (weight === Infinity ? UNKNOWN_WEIGHT * query.factors[unit] : weight));
    const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
    /** @type {Map<number, number>} */
    const coverages = new Map();
    /** @param {number} bits */
    const coverage = (bits) => {
      let covered = coverages.get(bits);
      if (covered === undefined) {
        covered = weights.reduce((sum, weight, unit) => (bits & (1 << unit) ? sum + weight : sum), 0) / totalWeight;
        coverages.set(bits, covered);
      }
      return covered;
    };
    const complete = query.terms.length === present;
    let exact = 0;
    let bestCoverage = 0;
    /** @type {{page: number, all: boolean, score: number}[]} */
    let candidates = [];
    for (const floor of [0.5, 0.3]) {
      exact = 0;
      candidates = [];
      for (let page = 0; page < pageCount; page++) {
        if (!hits[page]) continue;
        const all = hits[page] === present;
        const covered = coverage(mask[page]);
        if (covered < floor) continue;
        if (covered > bestCoverage) bestCoverage = covered;
        if (all) exact++;
        const bonus = all ? (query.units <= 4 ? 4 : 1.5) : 1;
        candidates.push({ page, all, score: (score[page] / totalIdf) * covered ** 3 * bonus });
      }
      if (candidates.length >= ENOUGH_PAGES) break;
    }
    const kept = query.units <= 4 && exact >= 10 ? candidates.filter((candidate) => candidate.all) : candidates;
    for (const candidate of kept) options.seen.add(candidate.page);
    const { accept } = options;
    const accepted = accept ? kept.filter((candidate) => accept(candidate.page)) : kept;
    accepted.sort((a, b) => b.score - a.score || a.page - b.page);
    const fuzzy = found.some((term) => term.fuzzy);
    return {
      hits: accepted.slice(0, options.limit).map(({ page, score, all }) => ({
        page,
        score,
        match: fuzzy ? "fuzzy" : options.match !== "exact" ? options.match : all && complete ? "exact" : "related",
        segments: query.segments,
      })),
      exact: complete ? exact : 0,
      coverage: bestCoverage,
    };
  }

  /* Pinyin */

  /** Words that the letters may stand for, best first, at most three.
   * @param {Edition} edition @param {string} letters @param {boolean} [certain] whether the letters
   * are syllables without a typing error @returns {Promise<Candidate[]>} */
  async function wordsFor(edition, letters, certain) {
    if (letters.length < 2 || letters.length > 60) return [];
    const typed = letters.replace(/v/g, "u");
    const folded = foldPinyin(typed);
    /** @type {Map<string, Candidate>} */
    const words = new Map();
    /** @param {string} word @param {number} weight @param {Candidate["how"]} how */
    const add = (word, weight, how) => {
      const known = words.get(word);
      if (!known || known.weight < weight) words.set(word, { word, weight, how });
    };
    const numbers = edition.range("p", folded, folded + "{", 2);
    const lines = (await Promise.all(numbers.map((number) => edition.lines("p", number)))).flat();
    for (const [key, word, weight, unfolded] of lines) {
      if (key === folded) {
        add(word, Number(weight) * ((unfolded || key) === typed ? 40 : 20), "full");
      } else if (key.startsWith(folded)) {
        add(word, (Number(weight) * folded.length) / key.length, "full");
      }
    }
    if (!certain && letters.length <= 8) {
      const shards = edition.range("i", letters, letters + "{", 2);
      for (const [key, word, weight] of (await Promise.all(shards.map((number) => edition.lines("i", number)))).flat()) {
        if (key === letters) add(word, Number(weight) * 8, "initials");
        else if (key.startsWith(letters)) add(word, (Number(weight) * letters.length) / key.length / 2, "initials");
      }
    }
    if (!certain && !words.size && letters.length > 4) {
      const near = edition.directories.p.length <= 4
        ? edition.directories.p.map((_, number) => number)
        : [numbers[0] - 1, numbers[0], numbers[0] + 1].filter((number) => number in edition.directories.p);
      for (const [key, word, weight] of (await Promise.all(near.map((number) => edition.lines("p", number)))).flat()) {
        if (isOneEditAway(key, folded)) add(word, Number(weight), "fuzzy");
      }
    }
    if (!words.size) {
      const parts = await split(edition, folded);
      if (parts) add(parts.join(" "), 1, "full");
    }
    return Array.from(words.values())
      .sort((a, b) => b.weight - a.weight || compare(a.word, b.word))
      .slice(0, 3);
  }

  /** Cuts letters into words of the lexicon, the longest first; null if that does not work out.
   * @param {Edition} edition @param {string} letters @returns {Promise<string[]|null>} */
  async function split(edition, letters) {
    if (!letters) return [];
    /** @type {Map<string, [string, number]>} */
    const heads = new Map();
    for (const number of edition.range("p", letters.slice(0, 2), letters, 3)) {
      for (const [key, word, weight] of await edition.lines("p", number)) {
        if (word[0] === "#" || !letters.startsWith(key)) continue;
        const known = heads.get(key);
        if (!known || known[1] < Number(weight)) heads.set(key, [word, Number(weight)]);
      }
    }
    for (const key of Array.from(heads.keys()).sort((a, b) => b.length - a.length)) {
      const rest = await split(edition, letters.slice(key.length));
      if (rest) return [/** @type {[string, number]} */ (heads.get(key))[0], ...rest];
    }
    return null;
  }

  /** The query in other characters of the same sound, as the lexicon has them: 太桂了 → 太贵了. Null if none.
   * @param {Edition} edition @param {Query} query @returns {Promise<string|null>} */
  async function soundsLike(edition, query) {
    const sounds = await edition.soundTable();
    let changed = false;
    const segments = [];
    for (const segment of query.segments) {
      const syllables = Array.from(segment, (c) => sounds.get(c));
      const words = syllables.includes(undefined) ? [] : await wordsFor(edition, syllables.join(""), true);
      const word = words.find((candidate) => candidate.word[0] !== "#");
      if (word && word.word !== segment) changed = true;
      segments.push(word ? word.word : segment);
    }
    return changed ? segments.join(" ") : null;
  }

  /* Records */

  /** Text for comparison, without quotes, and where each of its units stood. @param {string} text */
  function comparable(text) {
    let folded = "";
    const places = [];
    for (let i = 0; i < text.length; i++) {
      let c = text[i];
      if (c < "\u4e00" || c > "\u9fff") {
        if (TRANSPARENT.test(c)) continue;
        const plain = c.normalize("NFKC").toLowerCase();
        if (plain.length === 1) c = plain;
        if (TRANSPARENT.test(c)) continue;
      }
      folded += c;
      places.push(i);
    }
    places.push(text.length);
    return { folded, places };
  }

  /** The longest part of the segments that stands in a text. @param {string} text @param {string[]} segments */
  function longestPart(text, segments) {
    let place = -1;
    let length = 0;
    let covered = 0;
    let total = 0;
    for (const segment of segments) {
      total += segment.length;
      let longest = 0;
      for (let size = segment.length; size > 0 && !longest; size--) {
        // A single character out of a longer segment says nothing.
        if (size === 1 && segment.length > 1) break;
        for (let start = 0; start + size <= segment.length; start++) {
          const at = text.indexOf(segment.slice(start, start + size));
          if (at < 0) continue;
          longest = size;
          if (size > length) [place, length] = [at, size];
          break;
        }
      }
      covered += longest;
    }
    return { place, length, ratio: total ? covered / total : 0 };
  }

  /** Where parts of the query stand in a text. @param {string} text @param {string[]} segments @returns {Marks} */
  function marksIn(text, segments) {
    const { folded, places } = comparable(text);
    /** @type {Marks} */
    const marks = [];
    for (let i = 0; i < folded.length; ) {
      let longest = 0;
      for (const segment of segments) {
        const shortest = /^[\x00-\x7f]/.test(segment) ? Math.min(segment.length, 3) : Math.min(segment.length, 2);
        for (let size = Math.min(segment.length, folded.length - i); size >= shortest && size > longest; size--) {
          if (segment.includes(folded.slice(i, i + size))) longest = size;
        }
      }
      if (longest) marks.push([places[i], places[i + longest - 1] + 1]);
      i += longest || 1;
    }
    return marks;
  }

  /** The part of a text around a place. @param {string} text @param {number} place @param {number} size */
  function snippetAround(text, place, size) {
    let start = Math.max(0, place - Math.floor(size / 3));
    const sentence = Math.max(...["。", "！", "？", "；", ". "].map((end) => text.lastIndexOf(end, place - 1)));
    if (sentence >= start) start = sentence + 1;
    else if (place <= size / 3) start = 0;
    const end = Math.min(text.length, start + size);
    // A surrogate pair is not cut in two.
    if (/[\udc00-\udfff]/.test(text[start] || "")) start--;
    const cut = text.slice(start, /[\ud800-\udbff]/.test(text[end - 1] || "") ? end - 1 : end).trim();
    return (start > 0 && start !== sentence + 1 ? "…" : "") + cut + (end < text.length ? "…" : "");
  }

  /** Checks a page against its text: finds the best passages, and raises its score by what is really there.
   * @param {Edition} edition @param {Hit} hit @param {any[]} record @returns {Result} */
  function verify(edition, hit, record) {
    const [id, kind, title, url, breadcrumb, say, aliases, flat] = record;
    const { segments } = hit;
    const whole = segments.join("");
    const missing = new Set(segments);
    /** @param {string} text */
    const tick = (text) => {
      for (const segment of missing) if (text.includes(segment)) missing.delete(segment);
    };
    // A name is worth what it holds of the query, and what the query is of it.
    let nameValue = 0;
    let named = 0;
    let alias = "";
    [title, ...aliases].forEach((name, index) => {
      const folded = comparable(name).folded;
      tick(folded);
      const { ratio, length } = longestPart(folded, segments);
      const joined = folded.replace(/\s/g, "");
      const share = whole && joined.includes(whole) ? whole.length / joined.length + (joined.startsWith(whole) ? 0.2 : 0) : 0;
      const inside = length > 1 ? (length / joined.length) ** 2 * (0.5 + length / whole.length) : 0;
      nameValue = Math.max(nameValue, 2 * ratio ** 2 + 2 * (share + inside) * (index ? 1 : 1.25));
      if (ratio > named) {
        named = ratio;
        alias = index ? name : "";
      }
    });
    /** @type {(Passage & {order: number})[]} */
    const passages = [];
    for (let i = 0; i + 2 < flat.length; i += 3) {
      const [anchor, heading, text] = flat.slice(i, i + 3);
      const body = comparable(text);
      const head = comparable(heading).folded;
      tick(body.folded);
      tick(head);
      const found = longestPart(body.folded, segments);
      const headed = head ? longestPart(head, segments).ratio * 1.1 : 0;
      const ratio = Math.max(found.ratio, headed);
      const place = found.place < 0 ? 0 : body.places[found.place];
      const snippet = snippetAround(text, place, SNIPPET_CHARACTERS);
      passages.push({ anchor, heading, snippet, marks: marksIn(snippet, segments), ratio, order: i });
    }
    passages.sort((a, b) => b.ratio - a.ratio || a.order - b.order);
    // A page that is called so is best shown by its beginning.
    const lead = named >= 1 ? passages.find((passage) => passage.order === 0) : undefined;
    const ordered = lead ? [lead, ...passages.filter((passage) => passage !== lead)] : passages;
    const matching = ordered.filter((passage, index) => index === 0 || passage.ratio >= 0.99).slice(0, 3);
    const passage = matching[0];
    const inText = passages.length ? Math.min(1, passages[0].ratio) ** 2 : 0;
    const match = hit.match !== "exact" && hit.match !== "related" ? hit.match : missing.size ? "related" : "exact";
    return {
      id,
      kind: edition.kinds[kind],
      title,
      url: boot.root + url,
      anchor: passage && passage.ratio > 0.5 && named < 1 ? passage.anchor : "",
      snippet: passage ? passage.snippet : "",
      score: hit.score * (1 + Math.max(nameValue, inText)) * edition.kindFactors[kind],
      match,
      breadcrumb,
      say,
      alias,
      terms: segments.join(" "),
      titleMarks: marksIn(title, segments),
      aliasMarks: marksIn(alias, segments),
      passages: matching,
    };
  }

  /* The search itself */

  /** @param {string} text @param {{limit?: number, kinds?: string[], counts?: boolean}} [options] @returns {Promise<Answer>} */
  async function answer(text, options = {}) {
    const limit = options.limit || 10;
    const kinds = options.kinds || [];
    const edition = await open();
    const query = parse(text);
    /** @type {Answer} */
    const nothing = { results: [], total: 0, exact: 0, candidates: [], counts: null, more: false };
    if (!query.terms.length || !edition.pageCount) return nothing;

    const letters = kinds.length || options.counts ? await edition.load("k") : "";
    const wanted = kinds.map((kind) => edition.kinds.indexOf(kind));
    /** @param {number} page */
    const kindOf = (page) => letters.charCodeAt(page) - 48;
    const accept = wanted.length ? (/** @type {number} */ page) => wanted.includes(kindOf(page)) : null;
    /** @type {Set<number>} */
    const seen = new Set();
    const keep = limit + 20;

    const plain = await scorePages(edition, query, { limit: keep, match: "exact", accept, seen });
    /** @type {Map<number, Hit>} */
    const hits = new Map(plain.hits.map((hit) => [hit.page, hit]));
    const candidates = [];
    const latin = query.latin.find((part) => part.letters.length >= 2);
    const spelled = latin && (!plain.exact || query.terms.every((term) => term.family === "w"));
    const words = spelled ? await wordsFor(edition, latin.letters) : [];
    for (const candidate of words) {
      const factor = Math.max(0.3, Math.sqrt(candidate.weight / words[0].weight));
      const match = candidate.how === "fuzzy" ? "fuzzy" : "pinyin";
      /** @type {Hit[]} */
      let others;
      if (candidate.word[0] === "#") {
        const page = Number(candidate.word.slice(1));
        others = !accept || accept(page) ? [{ page, score: 12, match, segments: [] }] : [];
        seen.add(page);
      } else if (latin) {
        candidates.push(candidate.word);
        const replaced = query.folded.slice(0, latin.start) + candidate.word + query.folded.slice(latin.end);
        others = (await scorePages(edition, parse(replaced), { limit: keep, match, accept, seen })).hits;
      } else {
        others = [];
      }
      for (const hit of others) {
        hit.score *= factor;
        const known = hits.get(hit.page);
        if (!known) {
          hits.set(hit.page, hit);
        } else {
          // Found by two readings: the better one says what is marked, both count.
          const better = known.score < hit.score ? hit : known;
          hits.set(hit.page, { ...better, score: known.score + hit.score });
        }
      }
    }

    if (plain.coverage < 0.75 && query.units > 1 && query.terms.every((term) => term.family === "b")) {
      const other = await soundsLike(edition, query);
      if (other) {
        candidates.push(other);
        for (const hit of (await scorePages(edition, parse(other), { limit: keep, match: "fuzzy", accept, seen })).hits) {
          const known = hits.get(hit.page);
          if (!known || known.score < hit.score) hits.set(hit.page, hit);
        }
      }
    }

    const ranked = Array.from(hits.values()).sort((a, b) => b.score - a.score || a.page - b.page);
    const checked = ranked.slice(0, limit + SPARE_RECORDS);
    const records = await Promise.all(checked.map((hit) => edition.load("r/" + hit.page)));
    const results = checked
      .map((hit, index) => verify(edition, hit, records[index]))
      .sort((a, b) => b.score - a.score || compare(a.url, b.url))
      .slice(0, limit);
    /** @type {Map<string, number>|null} */
    let counts = null;
    if (options.counts) {
      counts = new Map();
      for (const page of seen) {
        const kind = edition.kinds[kindOf(page)];
        counts.set(kind, (counts.get(kind) || 0) + 1);
      }
    }
    const total = accept ? Array.from(seen).filter(accept).length : seen.size;
    return { results, total, exact: plain.exact, candidates, counts, more: ranked.length > results.length };
  }

  SB.reader = { open, answer, parse, fold, marksIn, comparable };
})();
