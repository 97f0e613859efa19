// @ts-check
/**
 * Search, the part that answers: loads shards of the index by need, scores pages, checks them against their records.
 *
 * Goes in front of search-dialog.js in one file. The format is written by `src/search`; what is folded or cut here
 * is folded and cut there in the same way. Knows no element of a page: it runs in any JavaScript engine that has
 * `SB.load` and `SB_BOOT`. Sets `SB.reader`.
 */
(function () {
  "use strict";

  /**
   * @typedef {{pages: Uint32Array, levels: Uint8Array}} List
   * @typedef {{keys: string[], places: Map<string, number>, list: (index: number) => List}} Shard
   * @typedef {{family: "b"|"u"|"w", key: string, mask: number}} Term
   * @typedef {{units: number, terms: Term[], segments: string[], latin: {letters: string, start: number, end: number}[],
   *   folded: string}} Query
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

  /** Pages that are checked against their records beyond those asked for, so that the check can change the order. */
  const SPARE_RECORDS = 4;
  /** Units of a query; each has a bit in a mask. */
  const UNIT_LIMIT = 30;
  const WORD_LIMIT = 40;
  const UNSPACED = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{323af}\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3]/u;
  const TRANSPARENT = /[「」『』“”《》【】()]/;
  const LETTER = /[\p{Alphabetic}\p{N}]/u;

  /* Text */

  /** NFKC and lower case, character by character. @param {string} text */
  function fold(text) {
    let folded = "";
    for (const c of text.normalize("NFKC")) folded += c.toLowerCase();
    return folded;
  }

  /** Order of code points, which is the order of the index; that of UTF-16 differs beyond U+FFFF.
   * @param {string} a @param {string} b */
  function compare(a, b) {
    const limit = Math.min(a.length, b.length);
    for (let i = 0; i < limit; i++) {
      if (a.charCodeAt(i) !== b.charCodeAt(i)) {
        return /** @type {number} */ (a.codePointAt(i)) - /** @type {number} */ (b.codePointAt(i));
      }
    }
    return a.length - b.length;
  }

  /** Cuts a query into terms; each remembers which units (characters, words) of the query it covers.
   * @param {string} text @returns {Query} */
  function parse(text) {
    const folded = fold(text);
    /** @type {Query} */
    const query = { units: 0, terms: [], segments: [], latin: [], folded };
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
        query.units++;
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
        query.units++;
      } else if (!transparent) {
        endRun();
        if (letter) {
          if (!word) wordStart = offset;
          word += c;
        } else {
          endSegment();
        }
      }
      if (unspaced || letter) segment += c;
      offset += c.length;
    }
    endWord();
    endRun();
    endSegment();
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

  /* Shards */

  /** @type {Int8Array} */
  const BASE64 = new Int8Array(128).fill(-1);
  Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").forEach((c, value) => {
    BASE64[c.charCodeAt(0)] = value;
  });

  /** The bytes, and eight zeros so that a reader may look past the end. @param {string} text */
  function decodeBase64(text) {
    const bytes = new Uint8Array(Math.floor((text.length * 3) / 4) + 8);
    let at = 0;
    let pending = 0;
    let bits = 0;
    for (let i = 0; i < text.length; i++) {
      pending = ((pending << 6) | BASE64[text.charCodeAt(i)]) & 0xffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = pending >> bits;
      }
    }
    return bytes;
  }

  /** Reads the bit stream of a shard, most significant bit first. */
  class BitReader {
    /** @param {Uint8Array} bytes @param {number} position */
    constructor(bytes, position) {
      this.bytes = bytes;
      this.position = position;
    }
    /** The next 32 bits, without passing them. */
    peek() {
      const { bytes, position } = this;
      const i = position >>> 3;
      const shift = position & 7;
      const word = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
      return shift ? ((word << shift) | (bytes[i + 4] >>> (8 - shift))) >>> 0 : word >>> 0;
    }
    /** @param {number} count */
    bits(count) {
      const value = count ? this.peek() >>> (32 - count) : 0;
      this.position += count;
      return value;
    }
    unary() {
      let count = 0;
      for (;;) {
        const word = this.peek();
        if (word) {
          const zeros = Math.clz32(word);
          this.position += zeros + 1;
          return count + zeros;
        }
        count += 32;
        this.position += 32;
        if (this.position > this.bytes.length * 8) throw new Error("search index: damaged shard");
      }
    }
    gamma() {
      const length = this.unary();
      return (1 << length) | this.bits(length);
    }
    level() {
      const ones = Math.min(7, Math.clz32(~this.peek()));
      this.position += ones < 7 ? ones + 1 : 7;
      return ones;
    }
  }

  /** Which level has each rank when the commonest comes first, then its neighbours above and below.
   * @param {number} mode */
  function levelsByRank(mode) {
    const levels = [mode];
    for (let distance = 1; distance < 8; distance++) {
      if (mode + distance < 8) levels.push(mode + distance);
      if (mode - distance >= 0) levels.push(mode - distance);
    }
    return levels;
  }

  /** @param {BitReader} reader @param {number} pageCount @returns {List} */
  function readList(reader, pageCount) {
    const length = reader.gamma();
    if (length > pageCount) throw new Error("search index: damaged shard");
    const quotient = Math.floor((69 * pageCount) / (100 * length));
    const k = quotient < 1 ? 0 : 31 - Math.clz32(quotient);
    const pages = new Uint32Array(length);
    const levels = new Uint8Array(length);
    let next = 0;
    for (let i = 0; i < length; i++) {
      const high = reader.unary();
      next += high * (1 << k) + reader.bits(k);
      pages[i] = next++;
    }
    if (length <= 64) {
      for (let i = 0; i < length; i++) levels[i] = reader.level();
    } else {
      const byRank = levelsByRank(reader.bits(3));
      for (let i = 0; i < length; i++) levels[i] = byRank[reader.level()];
    }
    return { pages, levels };
  }

  /** @param {"b"|"u"|"w"} family @param {Uint8Array} bytes @param {number} count @param {number} end */
  function readKeys(family, bytes, count, end) {
    let at = 4;
    const varint = () => {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++];
        value |= (byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    const keys = [];
    let first = 0;
    let second = 0;
    /** @type {number[]} */
    let word = [];
    while (keys.length < count && at < end) {
      if (family === "u") {
        first += varint();
        keys.push(String.fromCodePoint(first));
      } else if (family === "b") {
        if (bytes[at] === 0) {
          at++;
          first += varint();
          second = 0;
        }
        second += varint() - 1;
        keys.push(String.fromCodePoint(first, second));
      } else {
        const lengths = varint();
        word = word.slice(0, lengths & 15);
        for (let length = lengths >> 4; length > 0; length--) word.push(bytes[at++]);
        keys.push(decodeUtf8(word));
      }
    }
    return keys;
  }

  /** @param {number[]} bytes */
  function decodeUtf8(bytes) {
    return decodeURIComponent(bytes.map((byte) => "%" + (byte < 16 ? "0" : "") + byte.toString(16)).join(""));
  }

  /** Keys at once, lists one after the other up to the one wanted.
   * @param {"b"|"u"|"w"} family @param {string} text @param {number} pageCount @returns {Shard} */
  function openShard(family, text, pageCount) {
    const bytes = decodeBase64(text);
    const count = bytes[0] | (bytes[1] << 8);
    const end = 4 + (bytes[2] | (bytes[3] << 8));
    const keys = readKeys(family, bytes, count, end);
    const reader = new BitReader(bytes, end * 8);
    /** @type {List[]} */
    const lists = [];
    return {
      keys,
      places: new Map(keys.map((key, index) => [key, index])),
      list(index) {
        while (lists.length <= index) lists.push(readList(reader, pageCount));
        return lists[index];
      },
    };
  }

  /* The edition that is published */

  class Edition {
    /** @param {string} hash @param {any[]} manifest */
    constructor(hash, manifest) {
      this.hash = hash;
      /** @type {number} */
      this.pageCount = manifest[0];
      /** @type {string[]} */
      this.kinds = manifest[1];
      const [pairs, characters, words, full, initials] = manifest[2];
      const points = Array.from(pairs);
      /** @type {{[family: string]: string[]}} */
      this.directories = {
        b: points.filter((_, index) => index % 2 === 0).map((c, index) => c + points[index * 2 + 1]),
        u: Array.from(characters),
        w: words ? words.split(" ") : [],
        p: full ? full.split(" ") : [],
        i: initials ? initials.split(" ") : [],
      };
      /** @type {{title: string, url: string, kind: string}[]} */
      this.pinned = manifest[3].map((/** @type {any[]} */ pin) => ({
        title: pin[0],
        url: boot.root + pin[1],
        kind: this.kinds[pin[2]],
      }));
      /** @type {{kind: string, words: string[]}[]} */
      this.suggestions = manifest[4].map((/** @type {any[]} */ group) => ({
        kind: this.kinds[group[0]],
        words: group[1],
      }));
      /** @type {Map<string, Shard>} */
      this.shards = new Map();
      /** @type {Map<string, string[][]>} */
      this.lexicon = new Map();
      this.score = new Float64Array(this.pageCount);
      this.mask = new Uint32Array(this.pageCount);
      this.hits = new Uint8Array(this.pageCount);
      this.best = new Float64Array(this.pageCount);
    }

    /** @param {string} name @returns {Promise<any>} */
    load(name) {
      return SB.load(this.hash + "/" + name, "search/" + this.hash + "/" + name + ".js");
    }

    /** The last shard whose first key is not after `key`; -1 if `key` is before all. @param {string} family @param {string} key */
    locate(family, key) {
      const directory = this.directories[family];
      let low = 0;
      let high = directory.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (compare(directory[middle], key) <= 0) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }

    /** @param {"b"|"u"|"w"} family @param {number} number @returns {Promise<Shard>} */
    async shard(family, number) {
      const name = family + "/" + number;
      const text = await this.load(name);
      let shard = this.shards.get(name);
      if (!shard) this.shards.set(name, (shard = openShard(family, text, this.pageCount)));
      return shard;
    }

    /** Lines of the lexicon: key, word, weight, unfolded key. @param {"p"|"i"} family @param {number} number */
    async lines(family, number) {
      const name = family + "/" + number;
      const text = await this.load(name);
      let lines = this.lexicon.get(name);
      if (!lines) {
        this.lexicon.set(name, (lines = text.split("\n").map((/** @type {string} */ line) => line.split("\t"))));
      }
      return /** @type {string[][]} */ (lines);
    }

    /** The shards that hold keys from `first` to `last`, at most `limit`. @param {string} family @param {string} first @param {string} last @param {number} limit */
    range(family, first, last, limit) {
      const numbers = [];
      const end = this.locate(family, last);
      for (let number = Math.max(0, this.locate(family, first)); number <= end && numbers.length < limit; number++) {
        numbers.push(number);
      }
      return numbers;
    }
  }

  /** @type {Promise<Edition>|null} */
  let opened = null;

  /** @returns {Promise<Edition>} */
  function open() {
    if (!opened) {
      opened = SB.load("boot", boot.assets.searchBoot || "search/boot.js").then((/** @type {string} */ hash) =>
        SB.load(hash + "/m", "search/" + hash + "/m.js").then((/** @type {any[]} */ manifest) => new Edition(hash, manifest)),
      );
      /** @type {Promise<Edition>} */ (opened).catch(() => {
        opened = null;
      });
    }
    return /** @type {Promise<Edition>} */ (opened);
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
   * @returns {Promise<{hits: Hit[], exact: number}>} */
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
      const idf = Math.log(1 + pageCount / (touched.length + pageCount / 100));
      totalIdf += idf;
      const covered = query.terms[index].mask;
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
    if (!present) return { hits: [], exact: 0 };

    const weights = unitWeights.map((weight) => (weight === Infinity ? 1 : weight));
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
    const candidates = [];
    for (const floor of [0.5, 0.35]) {
      exact = 0;
      for (let page = 0; page < pageCount; page++) {
        if (!hits[page]) continue;
        const all = hits[page] === present;
        const covered = coverage(mask[page]);
        if (covered < floor) continue;
        if (all) exact++;
        const bonus = all ? (query.units <= 4 ? 4 : 1.5) : 1;
        candidates.push({ page, all, score: (score[page] / totalIdf) * covered ** 3 * bonus });
      }
      if (candidates.length) break;
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
    };
  }

  /* Pinyin */

  /** Words that the letters may stand for, best first, at most three.
   * @param {Edition} edition @param {string} letters @returns {Promise<Candidate[]>} */
  async function wordsFor(edition, letters) {
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
    if (letters.length <= 8) {
      const shards = edition.range("i", letters, letters + "{", 2);
      for (const [key, word, weight] of (await Promise.all(shards.map((number) => edition.lines("i", number)))).flat()) {
        if (key === letters) add(word, Number(weight) * 8, "initials");
        else if (key.startsWith(letters)) add(word, (Number(weight) * letters.length) / key.length / 2, "initials");
      }
    }
    if (!words.size && letters.length > 4) {
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
    // How much of the query stands in a name, and how much of the name is the query.
    let named = 0;
    let close = 0;
    let alias = "";
    [title, ...aliases].forEach((name, index) => {
      const folded = comparable(name).folded.replace(/\s+/g, " ");
      tick(folded);
      const { ratio } = longestPart(folded, segments);
      const joined = folded.replace(/\s/g, "");
      const share = whole && joined.includes(whole) ? whole.length / joined.length + (joined.startsWith(whole) ? 0.2 : 0) : 0;
      const better = ratio ** 2 + share > named + close / (index ? 1 : 1.25) && (!index || ratio ** 2 > named || share > close);
      if (index && better) alias = name;
      named = Math.max(named, ratio ** 2);
      close = Math.max(close, index ? share : share * 1.25);
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
      const snippet = snippetAround(text, place, 88);
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
      score: hit.score * (1 + Math.max(2 * named, inText) + 2 * close),
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
