//! Where the generator's decisions come from: a seed, or bytes that somebody else chooses.
//!
//! The same seed gives the same program on every machine. Bytes that end early are followed by zeros, and the generator
//! puts the smallest alternative first, so any bytes make a program.

/// A stream of decisions.
#[derive(Debug)]
pub(crate) enum Choices<'bytes> {
    /// The state of splitmix64.
    Seed(u64),
    /// What is left of some bytes.
    Bytes(&'bytes [u8]),
}

impl Choices<'_> {
    /// The stream of the program with this number in the run with this seed.
    pub(crate) fn of_program(seed: u64, number: u64) -> Self {
        let mut choices = Choices::Seed(seed);
        let start = choices.next();
        Choices::Seed(start ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        match self {
            Choices::Seed(state) => {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut mixed = *state;
                mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                mixed ^ (mixed >> 31)
            }
            Choices::Bytes(bytes) => {
                let (taken, rest) = bytes.split_at(bytes.len().min(2));
                *bytes = rest;
                taken.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
            }
        }
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// A number of `range`, both ends included.
    pub(crate) fn within(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last - first + 1)
    }

    /// True in so many of a thousand cases.
    pub(crate) fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) + per_mille >= 1000
    }

    /// One of the items.
    pub(crate) fn pick<'item, T>(&mut self, items: &'item [T]) -> &'item T {
        &items[self.below(items.len())]
    }

    /// One of the items, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, items: &[(usize, T)]) -> T {
        let total: usize = items.iter().map(|(weight, _)| weight).sum();
        let mut rest = self.below(total);
        for (weight, item) in items {
            if rest < *weight {
                return *item;
            }
            rest -= weight;
        }
        items[0].1
    }
}
