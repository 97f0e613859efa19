//! From the text of a rule to a checked program: parse, read, lower, and every finding with its place.

use rhai::{LexError, ParseError, ParseErrorType};

use super::builtin::Builtins;
use super::engine::{RULE_OPERATIONS, SOURCE_BYTES, Sandbox, engine};
use super::ir::Program;
use super::kinds::Kinds;
use super::settings::{Setting, constants};
use super::{Rule, ast, lower};
use crate::diagnostic::{Bilingual, Code, Diagnostic, code, suggest};
use crate::source::{Position, SourceFile, Span};

/// The function that a rule must have.
pub const ENTRY: &str = "classify";

thread_local! {
    /// Making an engine takes longer than reading a rule with it.
    static PARSER: Sandbox = engine(RULE_OPERATIONS);
}

/// The most findings of each kind in one rule: whoever mends these sees the others.
pub(super) const FINDINGS: usize = 100;

/// Compiles a rule that has no thresholds outside of its file. There is one exactly when no finding is an error.
pub fn compile(file: &SourceFile) -> (Option<Rule>, Vec<Diagnostic>) {
    compile_with(file, &[])
}

/// Compiles a rule with its thresholds, which it reads as `global::NAME`.
pub fn compile_with(file: &SourceFile, settings: &[Setting]) -> (Option<Rule>, Vec<Diagnostic>) {
    let program = match compile_program(file, settings) {
        Ok(program) => program,
        Err(findings) => return (None, findings),
    };
    if !program.functions.iter().any(|function| function.name == ENTRY && function.params.len() == 1) {
        let message =
            Bilingual::new(format!("规则里没有`fn {ENTRY}(facts)`"), format!("the rule has no `fn {ENTRY}(facts)`"));
        let end = file.text.find('\n').unwrap_or(file.text.len());
        let mut finding = Diagnostic::new(code::RULE_NO_ENTRY, &file.path, Span::new(0, end), message);
        let names = program.functions.iter().map(|function| function.name.as_str());
        finding = match suggest::nearest(ENTRY, names) {
            Some(ENTRY) => finding.help(
                format!("`{ENTRY}`只要一个参数，写成`fn {ENTRY}(facts)`"),
                format!("`{ENTRY}` takes one parameter: write `fn {ENTRY}(facts)`"),
            ),
            Some(near) => finding.help(format!("把`{near}`改成`{ENTRY}`"), format!("rename `{near}` to `{ENTRY}`")),
            None => finding.help(
                format!("写一个函数`fn {ENTRY}(facts)`，返回判断结果"),
                format!("write a function `fn {ENTRY}(facts)` that returns the result"),
            ),
        };
        return (None, vec![finding]);
    }
    let rule = Rule { id: file.path.stem().to_string(), file: file.clone(), settings: settings.to_vec(), program };
    (Some(rule), Vec::new())
}

/// Compiles any script, with or without the entry function.
pub(super) fn compile_program(file: &SourceFile, settings: &[Setting]) -> Result<Program, Vec<Diagnostic>> {
    if file.text.len() > SOURCE_BYTES {
        let message = Bilingual::new(
            format!("规则文件太大：{}字节，最多{SOURCE_BYTES}字节", file.text.len()),
            format!("the rule file is too large: {} bytes, {SOURCE_BYTES} allowed", file.text.len()),
        );
        return Err(vec![Diagnostic::new(code::RULE_LIMIT, &file.path, Span::new(0, 0), message)]);
    }
    let tree = PARSER
        .with(|parser| parser.parse(&constants(settings), &file.text))
        .map_err(|error| vec![parse_finding(file, settings, &error)])?;
    let (mut program, unsupported) = ast::read_program(&tree);
    let mut findings: Vec<Diagnostic> = Vec::new();
    for item in unsupported.iter().take(FINDINGS) {
        let message =
            Bilingual::new(format!("规则里不能用{}", item.what.0), format!("a rule cannot use {}", item.what.1));
        findings.push(with_advice(Diagnostic::new(
            code::RULE_UNSUPPORTED,
            &file.path,
            span_at(file, item.pos),
            message,
        )));
    }
    for refusal in lower::lower_program(&mut program, Builtins::get()).into_iter().take(FINDINGS) {
        let span = span_at(file, refusal.pos);
        let finding = Diagnostic::new(refusal.code, &file.path, span, refusal.message);
        findings.push(match (refusal.suggestion, refusal.help) {
            (Some(name), _) => finding.nearest(&name, [name.as_str()]),
            (None, Some(help)) => finding.help(help.zh, help.en),
            (None, None) => with_advice(finding),
        });
    }
    for pos in Kinds::of(&program, ENTRY).unsure_powers().into_iter().take(FINDINGS) {
        let message = Bilingual::new(
            "规则里的`**`两边都必须肯定是整数".to_string(),
            "both sides of `**` in a rule must be whole numbers for sure".to_string(),
        );
        findings.push(Diagnostic::new(code::RULE_UNSUPPORTED, &file.path, span_at(file, pos), message).help(
            "用整数字面量、只存整数的变量，或先`to_int(…)`；小数的乘方改写成连乘，如`x * x`",
            "use literals, variables that only ever hold whole numbers, or `to_int(…)`; write a power of a broken number as a product, such as `x * x`",
        ));
    }
    if findings.is_empty() {
        for it in super::constants::check_constants(&mut program, Builtins::get()).into_iter().take(FINDINGS) {
            let span = span_at(file, it.pos);
            let finding = Diagnostic::new(code::RULE_UNSUPPORTED, &file.path, span, it.message);
            findings.push(finding.help(it.help.zh, it.help.en));
        }
    }
    if findings.is_empty() { Ok(program) } else { Err(findings) }
}

/// What Rhai's parser found, with its own words behind ours.
fn parse_finding(file: &SourceFile, settings: &[Setting], error: &ParseError) -> Diagnostic {
    let pos = error.position();
    let place = Position { line: pos.line().unwrap_or(1), column: pos.position().unwrap_or(1) };
    let span = span_at(file, place);
    let at_end = span.start >= file.text.len();
    let span = if at_end { Span::new(file.text.trim_end().len(), file.text.len()) } else { span };
    let kind = error.err_type();
    let (code, message) = describe(kind);
    let finding = Diagnostic::new(code, &file.path, span, message);
    match kind {
        ParseErrorType::VariableUndefined(name) if settings.iter().any(|setting| setting.name.value == *name) => {
            let whole = format!("global::{name}");
            finding.help(format!("写成`{whole}`"), format!("write `{whole}`")).suggestion(whole)
        }
        ParseErrorType::VariableUndefined(name) => {
            let names = words(&file.text);
            finding.nearest(name, names.iter().copied().filter(|word| word != name))
        }
        _ => with_advice(finding),
    }
}

/// What to do about a construct that nothing more special can be said about.
fn with_advice(finding: Diagnostic) -> Diagnostic {
    match finding.code {
        found if found == code::RULE_SYNTAX => finding.help(
            "看这一行和上一行：括号、花括号、引号是否成对，句末有没有分号",
            "look at this line and the one above: brackets, braces and quotes in pairs, a semicolon at the end",
        ),
        found if found == code::RULE_UNSUPPORTED => finding.help(
            "换一种写法；能用的写法列在README的“规则”一节，在页面里写一个`rhai-support`块可以看到全部",
            "write it another way; the README lists what can be used, under Rules; a block `rhai-support` in a page shows all of it",
        ),
        _ => finding,
    }
}

fn describe(kind: &ParseErrorType) -> (Code, Bilingual) {
    let both = |zh: String, en: String| Bilingual::new(zh, en);
    match kind {
        ParseErrorType::VariableUndefined(name) => {
            (code::RULE_UNKNOWN_NAME, both(format!("没有这个变量：`{name}`"), format!("no such variable: `{name}`")))
        }
        ParseErrorType::AssignmentToConstant(name) if name.is_empty() => {
            (code::RULE_UNSUPPORTED, both("不能给一个值赋值".to_string(), "a value cannot be assigned to".to_string()))
        }
        ParseErrorType::AssignmentToConstant(name) => (
            code::RULE_UNSUPPORTED,
            both(format!("不能给常量`{name}`赋值"), format!("cannot assign to the constant `{name}`")),
        ),
        ParseErrorType::ModuleUndefined(name) => (
            code::RULE_UNSUPPORTED,
            both(format!("规则里不能用命名空间`{name}`"), format!("a rule cannot use the namespace `{name}`")),
        ),
        ParseErrorType::ExprTooDeep | ParseErrorType::TooManyFunctions => (
            code::RULE_LIMIT,
            both(format!("规则太深或太大：{kind}"), format!("the rule is too deep or too large: {kind}")),
        ),
        ParseErrorType::Reserved(symbol) | ParseErrorType::BadInput(LexError::ImproperSymbol(symbol, _))
            if ["eval", "import", "export"].contains(&symbol.as_str()) =>
        {
            (code::RULE_UNSUPPORTED, both(format!("规则里不能用`{symbol}`"), format!("a rule cannot use `{symbol}`")))
        }
        ParseErrorType::MissingToken(token, _) => {
            (code::RULE_SYNTAX, both(format!("这里缺少`{token}`（{kind}）"), format!("{kind}")))
        }
        ParseErrorType::UnknownOperator(operator) => {
            (code::RULE_SYNTAX, both(format!("不认识的运算符`{operator}`"), format!("unknown operator `{operator}`")))
        }
        ParseErrorType::BadInput(LexError::UnexpectedInput(input)) if input.is_ascii() => {
            (code::RULE_SYNTAX, both(format!("这里不该出现`{input}`"), format!("unexpected `{input}`")))
        }
        ParseErrorType::BadInput(LexError::UnexpectedInput(input)) => (
            code::RULE_SYNTAX,
            both(
                format!("不认识的字符`{input}`，检查是不是用了全角标点"),
                format!("unexpected `{input}`; full-width punctuation is not understood"),
            ),
        ),
        ParseErrorType::UnexpectedEOF => {
            (code::RULE_SYNTAX, both("文件没写完就结束了".to_string(), "the file ends too early".to_string()))
        }
        _ => (code::RULE_SYNTAX, both(format!("规则写法有误：{kind}"), format!("the rule cannot be read: {kind}"))),
    }
}

/// Every word of the text, once.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The token at a place: a word, a quoted text, or one character.
pub(super) fn span_at(file: &SourceFile, pos: Position) -> Span {
    let start = file.offset(Position { line: pos.line.max(1), column: pos.column.max(1) });
    let rest = &file.text[start..];
    let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let length = match rest.chars().next() {
        Some(quote @ ('"' | '`' | '\'')) => rest[1..].find(quote).map_or(1, |end| end + 2),
        Some(first) => word.max(first.len_utf8()),
        None => 0,
    };
    Span::new(start, start + length)
}
