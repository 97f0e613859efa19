//! The nearest known name to a misspelt one.

/// The longest name that is compared, in bytes.
const LONGEST: usize = 300;

/// The name with the smallest edit distance to `found`, if it is near enough to be a slip: at most a third of the
/// longer name's characters, and at least one character in common. Ties go to the first name.
///
/// A name of more than 300 bytes is never a slip: comparing takes time with the product of both lengths.
pub fn nearest<'name>(found: &str, names: impl IntoIterator<Item = &'name str>) -> Option<&'name str> {
    if found.len() > LONGEST {
        return None;
    }
    let found_lower = found.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for name in names.into_iter().filter(|name| name.len() <= LONGEST) {
        let distance = distance(&found_lower, &name.to_lowercase());
        let longer = found.chars().count().max(name.chars().count());
        let limit = (longer / 3).max(1);
        let related = longer > distance;
        if distance <= limit && related && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Edit distance with transposition of neighbours (optimal string alignment), in characters.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut current = vec![i];
        for j in 1..=b.len() {
            let substituted = previous[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = substituted.min(previous[j] + 1).min(current[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_slips_and_nothing_else() {
        let names = ["obj-price-too-high", "obj-time-think", "say", "avoid", "价格"];
        assert_eq!(nearest("obj-price-to-high", names), Some("obj-price-too-high"));
        assert_eq!(nearest("obj-time-thnik", names), Some("obj-time-think"));
        assert_eq!(nearest("avoids", names), Some("avoid"));
        assert_eq!(nearest("sya", names), Some("say"));
        assert_eq!(nearest("completely-different", names), None);
        assert_eq!(nearest("服务", names), None);
        let long = "a".repeat(100_000);
        assert_eq!(nearest(&long, [&*format!("{long}b")]), None);
    }
}
