//! A stream of bits, most significant first, and the three codes that posting lists are written in.
//!
//! The reader finds the length of a unary code by counting leading zeros, so every code starts with zeros and a one,
//! except the levels, whose stop bit is a zero. Reading is the browser's work; the one reader here serves the tests.

/// Bits collected into bytes.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    pending_bits: u32,
}

impl BitWriter {
    /// Appends the lowest `count` bits of `value`, at most 32.
    pub(super) fn bits(&mut self, value: u32, count: u32) {
        debug_assert!(count <= 32 && (count == 32 || u64::from(value) < 1 << count));
        self.pending = self.pending << count | u64::from(value);
        self.pending_bits += count;
        while self.pending_bits >= 8 {
            self.pending_bits -= 8;
            self.bytes.push((self.pending >> self.pending_bits) as u8);
        }
        self.pending &= (1 << self.pending_bits) - 1;
    }

    /// `count` zeros, then a one.
    pub(super) fn unary(&mut self, count: u32) {
        for _ in 0..count / 32 {
            self.bits(0, 32);
        }
        self.bits(1, count % 32 + 1);
    }

    /// Elias's gamma code of a number from 1.
    pub(super) fn gamma(&mut self, value: u32) {
        let length = 31 - value.leading_zeros();
        self.unary(length);
        self.bits(value & ((1 << length) - 1), length);
    }

    /// Rice's code: the quotient by 2^k in unary, the remainder in k bits.
    pub(super) fn rice(&mut self, value: u32, k: u32) {
        self.unary(value >> k);
        self.bits(value & ((1 << k) - 1), k);
    }

    /// A level from 0 to 7: as many ones, and a zero unless there are seven.
    pub(super) fn level(&mut self, level: u32) {
        match level {
            7 => self.bits(0b111_1111, 7),
            _ => self.bits((1 << (level + 1)) - 2, level + 1),
        }
    }

    /// The bits, with zeros up to a whole byte.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.pending_bits > 0 {
            self.bits(0, 8 - self.pending_bits);
        }
        self.bytes
    }

    /// How many bits there are so far.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() * 8 + self.pending_bits as usize
    }
}

/// Reads what [`BitWriter`] wrote, bit by bit.
#[cfg(test)]
pub(super) struct BitReader<'bytes> {
    pub(super) bytes: &'bytes [u8],
    pub(super) position: usize,
}

#[cfg(test)]
impl BitReader<'_> {
    pub(super) fn bits(&mut self, count: u32) -> u32 {
        (0..count).fold(0, |value, _| {
            let bit = self.bytes[self.position / 8] >> (7 - self.position % 8) & 1;
            self.position += 1;
            value << 1 | u32::from(bit)
        })
    }

    pub(super) fn unary(&mut self) -> u32 {
        (0..).find(|_| self.bits(1) == 1).expect("the stream ends with a one")
    }

    pub(super) fn gamma(&mut self) -> u32 {
        let length = self.unary();
        1 << length | self.bits(length)
    }

    pub(super) fn rice(&mut self, k: u32) -> u32 {
        self.unary() << k | self.bits(k)
    }

    pub(super) fn level(&mut self) -> u32 {
        (0..7).find(|_| self.bits(1) == 0).unwrap_or(7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn codes_are_read_back(values in prop::collection::vec((1u32..100_000, 0u32..12, 0u32..8), 0..50)) {
            let mut writer = BitWriter::default();
            for (value, k, level) in &values {
                writer.gamma(*value);
                writer.rice(*value, *k);
                writer.level(*level);
            }
            let length = writer.len();
            let bytes = writer.finish();
            let mut reader = BitReader { bytes: &bytes, position: 0 };
            for (value, k, level) in &values {
                prop_assert_eq!(reader.gamma(), *value);
                prop_assert_eq!(reader.rice(*k), *value);
                prop_assert_eq!(reader.level(), *level);
            }
            prop_assert_eq!(reader.position, length);
        }
    }
}
