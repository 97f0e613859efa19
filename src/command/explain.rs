//! `salesbook explain`, `schema` and `completions`: what the program knows about itself. Nothing is read or written.

use std::process::ExitCode;

use clap::CommandFactory;

use super::output;
use crate::cli::Cli;
use crate::content::schema;
use crate::diagnostic::{Code, Language, Severity, code, suggest};

/// Explains one code, or lists them all. Exit code 2 when there is no such code.
pub fn explain(asked_code: Option<&str>, asked: Option<Language>) -> ExitCode {
    let language = super::language_of_environment(asked);
    let Some(asked_code) = asked_code else {
        for known in code::ALL {
            output::result(headline(*known, language));
        }
        return ExitCode::SUCCESS;
    };
    let name = asked_code.to_ascii_uppercase();
    if let Some(known) = code::ALL.iter().find(|known| known.name() == name) {
        output::result(explanation(*known, language));
        return ExitCode::SUCCESS;
    }
    let near = suggest::nearest(&name, code::ALL.iter().map(|known| known.name()));
    output::message(match (language, near) {
        (Language::Zh, Some(near)) => format!("没有编号`{asked_code}`，是不是`{near}`？"),
        (Language::Zh, None) => format!("没有编号`{asked_code}`；运行`salesbook explain`看全部编号"),
        (Language::En, Some(near)) => format!("there is no code `{asked_code}`; did you mean `{near}`?"),
        (Language::En, None) => format!("there is no code `{asked_code}`; `salesbook explain` lists them all"),
    });
    ExitCode::from(2)
}

fn headline(code: Code, language: Language) -> String {
    let severity = match (code.severity(), language) {
        (Severity::Error, Language::Zh) => "错误",
        (Severity::Warning, Language::Zh) => "提醒",
        (severity, Language::En) => severity.name(),
    };
    format!("{}  {severity}  {}", code.name(), code.title().in_language(language))
}

fn explanation(code: Code, language: Language) -> String {
    let example = match language {
        Language::Zh => "会这样报的例子：",
        Language::En => "An example that is reported:",
    };
    let lines: Vec<String> = code.example().lines().map(|line| format!("    {line}")).collect();
    let why = code.explanation();
    format!("{}\n\n{}\n\n{example}\n\n{}", headline(code, language), why.in_language(language), lines.join("\n"))
}

/// Prints the JSON Schema of a kind's front matter. Exit code 2 when there is no such kind.
pub fn schema(word: &str, asked: Option<Language>) -> ExitCode {
    let Some(name) = schema::kind(word) else {
        output::message(super::unknown_kind(word, super::language_of_environment(asked)));
        return ExitCode::from(2);
    };
    output::result(serde_json::to_string_pretty(&schema::json_schema(name)).expect("JSON values can be written"));
    ExitCode::SUCCESS
}

/// Prints the completions of a shell.
pub fn completions(shell: clap_complete::Shell) -> ExitCode {
    // Into memory first: the generator panics when a pipe closes early.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "salesbook", &mut script);
    output::raw_result(String::from_utf8_lossy(&script));
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_says_what_why_and_shows_an_example() {
        let text = explanation(code::BROKEN_LINK, Language::Zh);
        assert!(text.starts_with("SB0301  错误  链接的页面不存在\n\n"), "{text}");
        assert!(text.ends_with("\n\n    [[obj-price-to-high]]"), "{text}");
        assert!(explanation(code::RAW_HTML, Language::En).starts_with("SB0307  warning  raw HTML in the text\n"));
    }

    #[test]
    fn an_unknown_word_is_a_wrong_argument() {
        assert_eq!(explain(Some("SB03O1"), Some(Language::En)), ExitCode::from(2));
        assert_eq!(explain(Some("sb0301"), Some(Language::En)), ExitCode::SUCCESS);
        assert_eq!(schema("objektion", Some(Language::En)), ExitCode::from(2));
        assert_eq!(schema("objection", Some(Language::En)), ExitCode::SUCCESS);
    }
}
