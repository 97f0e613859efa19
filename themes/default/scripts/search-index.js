// @ts-check
/**
 * Search, the part that loads: the files of the published index, opened by need and kept.
 *
 * Goes first in one file with search-reader.js and search-dialog.js. The format is written by `src/search`. Knows no
 * element of a page: it runs in any JavaScript engine that has `SB.load` and `SB_BOOT`. Sets `SB.index`.
 */
(function () {
  "use strict";

  /**
   * @typedef {{pages: Uint32Array, levels: Uint8Array}} List
   * @typedef {{keys: string[], places: Map<string, number>, list: (index: number) => List}} Shard
   */

  /** @type {any} */
  const SB = /** @type {any} */ (globalThis).SB;
  /** @type {any} */
  const boot = /** @type {any} */ (globalThis).SB_BOOT;

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
      /** @type {number[]} */
      this.kindFactors = manifest[5].map((/** @type {number} */ percent) => percent / 100);
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
      /** @type {Map<string, string>|null} */
      this.sounds = null;
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

    /** A syllable for each common character. @returns {Promise<Map<string, string>>} */
    async soundTable() {
      const table = await this.load("h");
      if (!this.sounds) {
        this.sounds = new Map();
        for (const [, syllable, characters] of table.matchAll(/([a-z]+)([^a-z]+)/g)) {
          for (const c of characters) this.sounds.set(c, syllable);
        }
      }
      return this.sounds;
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

  SB.index = { open, fold, compare };
})();
