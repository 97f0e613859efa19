//! Titles as file names: Chinese in pinyin without tones, Latin letters in their plain form.
//!
//! The search itself does not need this. It stands here because the readings of characters have one home.

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower-case letters and digits joined by hyphens, one syllable or word each: `太贵了` is `tai-gui-le`.
///
/// Every character is read in its most usual way. What has no reading separates; a text without any reading is empty.
pub fn romanize(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c.to_pinyin() {
            Some(reading) => {
                parts.push(std::mem::take(&mut word));
                parts.push(reading.plain().replace('ü', "v"));
            }
            None if c.is_ascii_alphanumeric() => word.push(c.to_ascii_lowercase()),
            // "Don't" is one word.
            None if matches!(c, '\'' | '’') => {}
            None => parts.push(std::mem::take(&mut word)),
        }
    }
    parts.push(word);
    parts.retain(|part| !part.is_empty());
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_names() {
        assert_eq!(romanize("太贵了"), "tai-gui-le");
        assert_eq!(romanize("绿色，女款"), "lv-se-nv-kuan");
        assert_eq!(romanize("用ＣＲＭ管客户2026"), "yong-crm-guan-ke-hu-2026");
        assert_eq!(romanize("I don't need it — café"), "i-dont-need-it-cafe");
        assert_eq!(romanize("テスト！"), "");
    }
}
