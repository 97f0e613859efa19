//! Mutants of Rust files, all written into one text: each is an expression that asks a switch which way to go.
//!
//! `a < b` becomes `(if is(7) { a <= b } else { a < b })`. So the compiler is built once and not once per mutant. What
//! is not an expression stays as it is: types, patterns, constants, tables; tests and attributes are left alone.

use std::ops::Range;

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Lit, Stmt, Token};

use super::Place;

/// One small change.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// The number that switches it on.
    pub number: u32,
    pub place: Place,
    /// The change in words.
    pub what: String,
}

/// A file with all its mutants.
pub struct Mutated {
    pub text: String,
    pub mutants: Vec<Mutant>,
    /// Where each one stands in the new text, by number.
    places: Vec<(u32, Range<usize>)>,
}

impl Mutated {
    /// The mutant to blame for a mistake of the compiler at this place of the new text: the innermost around it, else the first in it.
    pub fn blamed(&self, place: Range<usize>) -> Option<u32> {
        let around = self.places.iter().filter(|(_, it)| it.start <= place.start && place.end <= it.end);
        let inside = self.places.iter().filter(|(_, it)| place.start <= it.start && it.end <= place.end);
        let overlapping = self.places.iter().filter(|(_, it)| place.start < it.end && it.start < place.end);
        (around.min_by_key(|(_, it)| it.len()))
            .or_else(|| inside.min_by_key(|(_, it)| it.start))
            .or_else(|| overlapping.min_by_key(|(_, it)| it.len()))
            .map(|(number, _)| *number)
    }
}

/// Writes the mutants of a file into it, numbered from `first` on; those in `left_out` keep their number and are not written.
pub fn mutate(file: &str, text: &str, first: u32, left_out: &[u32]) -> Mutated {
    let tree = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut visitor = Visitor { file, text, next: first, mutants: Vec::new(), wraps: Vec::new() };
    visitor.visit_file(&tree);
    let Visitor { mutants, mut wraps, .. } = visitor;
    wraps.retain(|wrap| !left_out.contains(&wrap.number));
    wraps.sort_by(|a, b| a.range.start.cmp(&b.range.start).then(b.range.end.cmp(&a.range.end)));
    let mut places = Vec::new();
    let mut out = String::new();
    render(text, 0..text.len(), &wraps, &mut out, &mut places);
    let mutants = mutants.into_iter().filter(|mutant| !left_out.contains(&mutant.number)).collect();
    Mutated { text: out, mutants, places }
}

/// What is put around a part of the text.
struct Wrap {
    number: u32,
    range: Range<usize>,
    before: String,
    after: String,
}

fn render(text: &str, range: Range<usize>, wraps: &[Wrap], out: &mut String, places: &mut Vec<(u32, Range<usize>)>) {
    let (mut at, mut index) = (range.start, 0);
    while let Some(wrap) = wraps.get(index) {
        let inside = wraps[index + 1..].iter().take_while(|it| it.range.start < wrap.range.end).count();
        out.push_str(&text[at..wrap.range.start]);
        let start = out.len();
        out.push_str(&wrap.before);
        render(text, wrap.range.clone(), &wraps[index + 1..index + 1 + inside], out, places);
        out.push_str(&wrap.after);
        places.push((wrap.number, start..out.len()));
        at = wrap.range.end;
        index += 1 + inside;
    }
    out.push_str(&text[at..range.end]);
}

struct Visitor<'run> {
    file: &'run str,
    text: &'run str,
    next: u32,
    mutants: Vec<Mutant>,
    wraps: Vec<Wrap>,
}

impl Visitor<'_> {
    fn slice(&self, node: &impl Spanned) -> String {
        self.text[node.span().byte_range()].to_string()
    }

    fn add(&mut self, range: Range<usize>, what: String, wrap: impl FnOnce(u32) -> (String, String)) {
        let number = self.next;
        self.next += 1;
        let before = &self.text[..range.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.mutants.push(Mutant {
            number,
            place: Place {
                file: self.file.to_string(),
                line: before.matches('\n').count() + 1,
                column: before[line_start..].chars().count() + 1,
                text: self.text[line_start..].lines().next().unwrap_or_default().to_string(),
            },
            what,
        });
        let (before, after) = wrap(number);
        self.wraps.push(Wrap { number, range, before, after });
    }

    /// Another expression takes the place of this one.
    fn replace(&mut self, node: &impl Spanned, other: &str) {
        let (range, now) = (node.span().byte_range(), self.slice(node));
        let what = format!("`{}` becomes `{}`", short(&now), short(other));
        self.add(range, what, |n| (format!("(if crate::mutation::is({n}) {{ {other} }} else {{ "), " })".to_string()));
    }

    /// The opposite of a condition.
    fn negate(&mut self, node: &impl Spanned) {
        let what = format!("`{}` is negated", short(&self.slice(node)));
        self.add(node.span().byte_range(), what, |n| ("((".to_string(), format!(") ^ crate::mutation::is({n}))")));
    }

    fn delete(&mut self, node: &impl Spanned) {
        let what = format!("`{}` is left out", short(&self.slice(node)));
        self.add(node.span().byte_range(), what, |n| (format!("if !crate::mutation::is({n}) {{ "), " }".to_string()));
    }

    /// Negates a condition, unless a mutant of the expression itself does that.
    fn condition(&mut self, cond: &Expr) {
        match cond {
            Expr::Let(_) => {}
            Expr::Binary(it) if matches!(it.op, BinOp::And(_)) && has_let(cond) => {
                self.condition(&it.left);
                self.condition(&it.right);
            }
            Expr::Binary(it) if matches!(it.op, BinOp::Eq(_) | BinOp::Ne(_)) => {}
            Expr::Unary(it) if matches!(it.op, syn::UnOp::Not(_)) => {}
            Expr::Macro(it) if it.mac.path.is_ident("matches") => {}
            Expr::MethodCall(it) if asks(&it.method.to_string()) => {}
            _ => self.negate(cond),
        }
    }

    /// Texts of the generated code and of messages, with something else in them.
    fn other_texts(&self, literal: &str) -> Vec<String> {
        const SIGNS: &[(&str, &str)] = &[
            ("===", "!=="),
            ("!==", "==="),
            ("&&", "||"),
            ("||", "&&"),
            (" ? ", " || "),
            ("!(", "("),
            ("++", "--"),
            (" + ", " - "),
            ("null", "0"),
            ("true", "false"),
            ("false", "true"),
            ("const ", "let $x, "),
            ("[0]", "[1]"),
            (".v", ".x"),
        ];
        let mut found: Vec<String> = SIGNS
            .iter()
            .filter_map(|(from, to)| {
                literal.find(from).map(|at| format!("{}{to}{}", &literal[..at], &literal[at + from.len()..]))
            })
            .collect();
        // The values that are put in, in another order.
        if literal.matches("{}").count() >= 2 && !literal.contains("{{}}") {
            let mut parts = literal.splitn(3, "{}");
            let mut next = || parts.next().unwrap_or_default().to_string();
            let (head, middle, tail) = (next(), next(), next());
            if !middle.is_empty() {
                let mut rest = String::new();
                for (index, part) in tail.split("{}").enumerate() {
                    if index > 0 {
                        rest.push_str(&format!("{{{}}}", index + 1));
                    }
                    rest.push_str(part);
                }
                found.push(format!("{head}{{1}}{middle}{{0}}{rest}"));
            }
        }
        // A word with another end.
        if found.is_empty() {
            let inner = &literal[1..literal.len() - 1];
            let last = inner.chars().next_back().unwrap_or(' ');
            if literal.starts_with('"') && last.is_alphanumeric() {
                found.push(format!("\"{}~\"", inner));
            }
        }
        found
    }

    fn without_arm(&mut self, it: &syn::Arm) {
        let what = format!("the arm `{}` is left out", short(&self.slice(&it.pat)));
        match &it.guard {
            None => {
                let at = it.pat.span().byte_range().end;
                self.add(at..at, what, |n| (format!(" if !crate::mutation::is({n})"), String::new()));
            }
            Some((_, guard)) if !has_let(guard) => {
                let around = |n| (format!("!crate::mutation::is({n}) && ("), ")".to_string());
                self.add(guard.span().byte_range(), what, around);
            }
            Some(_) => {}
        }
    }

    /// What a function could give instead, by its type as it is written.
    fn other_results(kind: &str) -> &'static [&'static str] {
        match kind {
            "" => &[""],
            "bool" => &["true", "false"],
            "String" => &["String::new()"],
            "& str" | "& 'static str" => &["\"\""],
            "usize" | "i64" | "u64" | "u32" | "u8" => &["0"],
            _ if kind.starts_with("Option") => &["None"],
            _ if kind.starts_with("Result") || kind.starts_with("impl") || kind.starts_with('&') => &[],
            _ => &["Default::default()"],
        }
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let kind = match &signature.output {
            syn::ReturnType::Default => String::new(),
            syn::ReturnType::Type(_, kind) => {
                self.slice(&**kind).replace("&'static str", "& 'static str").replace("&str", "& str")
            }
        };
        let open = block.brace_token.span.open().byte_range().end;
        for value in Self::other_results(&kind) {
            let what = match *value {
                "" => format!("`{}` does nothing", signature.ident),
                value => format!("`{}` gives `{value}`", signature.ident),
            };
            self.add(open..open, what, |n| {
                (format!(" if crate::mutation::is({n}) {{ return {value}; }} "), String::new())
            });
        }
    }
}

/// Whether a method answers yes or no.
fn asks(method: &str) -> bool {
    method.starts_with("is_")
        || method.starts_with("has_")
        || ["contains", "contains_key", "starts_with", "ends_with", "any", "all", "insert"].contains(&method)
            && method != "insert"
}

fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(it) => has_let(&it.left) || has_let(&it.right),
        _ => false,
    }
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= 90 { text } else { text.chars().take(87).collect::<String>() + "…" }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|it| it.path().is_ident("cfg") || it.path().is_ident("test"))
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item_mod(&mut self, it: &'ast syn::ItemMod) {
        if !is_test(&it.attrs) {
            visit::visit_item_mod(self, it);
        }
    }

    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_item_fn(&mut self, it: &'ast syn::ItemFn) {
        if !is_test(&it.attrs) && it.sig.constness.is_none() {
            self.function(&it.sig, &it.block);
            visit::visit_item_fn(self, it);
        }
    }

    fn visit_impl_item_fn(&mut self, it: &'ast syn::ImplItemFn) {
        if !is_test(&it.attrs) && it.sig.constness.is_none() && it.sig.ident != "fmt" {
            self.function(&it.sig, &it.block);
            visit::visit_impl_item_fn(self, it);
        }
    }

    fn visit_stmt(&mut self, it: &'ast Stmt) {
        match it {
            Stmt::Expr(Expr::If(_) | Expr::Match(_) | Expr::While(_) | Expr::ForLoop(_) | Expr::Loop(_), None) => {}
            Stmt::Expr(Expr::Let(_), _) => {}
            Stmt::Expr(_, Some(_)) => self.delete(it),
            _ => {}
        }
        visit::visit_stmt(self, it);
    }

    fn visit_stmt_macro(&mut self, it: &'ast syn::StmtMacro) {
        self.visit_macro(&it.mac);
    }

    fn visit_arm(&mut self, it: &'ast syn::Arm) {
        if let Some((_, guard)) = &it.guard {
            self.condition(guard);
        }
        visit::visit_arm(self, it);
    }

    fn visit_expr(&mut self, it: &'ast Expr) {
        match it {
            Expr::If(it) => self.condition(&it.cond),
            Expr::While(it) => self.condition(&it.cond),
            Expr::Binary(binary) if !has_let(it) => self.binary(binary),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => {
                let inner = self.slice(&*unary.expr);
                self.replace(it, &inner);
            }
            Expr::Lit(literal) => self.literal(&literal.lit),
            Expr::MethodCall(call) => self.method(it, call),
            Expr::Call(call) => {
                let name = self.slice(&*call.func);
                if name == "Some" {
                    self.replace(it, "None");
                }
            }
            Expr::Path(path) => {
                let name = self.slice(path);
                let other = match name.as_str() {
                    "Use::Keep" => "Use::Look",
                    "Use::Look" => "Use::Keep",
                    _ => "",
                };
                if !other.is_empty() {
                    self.replace(it, other);
                }
            }
            Expr::Macro(mac) => self.in_macro(it, &mac.mac),
            _ => {}
        }
        visit::visit_expr(self, it);
    }

    fn visit_expr_match(&mut self, it: &'ast syn::ExprMatch) {
        // Without an arm for the rest, no arm can be missing.
        let rest = |arm: &syn::Arm| {
            let name = self.slice(&arm.pat);
            arm.guard.is_none()
                && !matches!(name.as_str(), "true" | "false")
                && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        };
        if it.arms.last().is_some_and(rest) {
            it.arms[..it.arms.len() - 1].iter().for_each(|arm| self.without_arm(arm));
        }
        for pair in it.arms.windows(2) {
            let (body, other) = (self.slice(&*pair[0].body), self.slice(&*pair[1].body));
            if body != other {
                self.replace(&*pair[0].body, &other);
                // A block needs no comma behind it, an expression does.
                if pair[0].comma.is_none() {
                    self.wraps.last_mut().expect("just added").after.push(',');
                }
            }
        }
        visit::visit_expr_match(self, it);
    }

    fn visit_macro(&mut self, it: &'ast syn::Macro) {
        for arg in arguments(it) {
            match &arg {
                // `name = value`: only the value is an expression.
                Expr::Assign(assign) => self.visit_expr_of_macro(&assign.right),
                arg => self.visit_expr_of_macro(arg),
            }
        }
    }
}

fn arguments(it: &syn::Macro) -> Vec<Expr> {
    let known = ["format", "vec", "write", "writeln"].iter().any(|name| it.path.is_ident(name));
    if !known {
        return Vec::new();
    }
    it.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
        .map_or(Vec::new(), |args| args.into_iter().collect())
}

impl Visitor<'_> {
    fn visit_expr_of_macro(&mut self, arg: &Expr) {
        // The format itself is dealt with as a whole.
        if !matches!(arg, Expr::Lit(_)) {
            self.visit_expr(arg);
        }
    }

    fn in_macro(&mut self, whole: &Expr, it: &syn::Macro) {
        if it.path.is_ident("matches") {
            self.negate(whole);
        }
        if it.path.is_ident("format")
            && let Some(Expr::Lit(literal)) = arguments(it).first()
        {
            let (now, written) = (self.slice(whole), self.slice(literal));
            for other in self.other_texts(&written) {
                let changed = now.replacen(&written, &other, 1);
                self.replace(whole, &changed);
            }
        }
    }

    fn binary(&mut self, it: &syn::ExprBinary) {
        let others: &[&str] = match it.op {
            BinOp::Eq(_) => &["!="],
            BinOp::Ne(_) => &["=="],
            BinOp::Lt(_) => &["<=", ">="],
            BinOp::Le(_) => &["<", ">"],
            BinOp::Gt(_) => &[">=", "<="],
            BinOp::Ge(_) => &[">", "<"],
            BinOp::And(_) => &["||"],
            BinOp::Or(_) => &["&&"],
            BinOp::Add(_) => &["-"],
            BinOp::Sub(_) => &["+"],
            BinOp::Mul(_) => &["/"],
            BinOp::Div(_) => &["*"],
            BinOp::Rem(_) => &["*"],
            BinOp::Shl(_) => &[">>"],
            BinOp::Shr(_) => &["<<"],
            BinOp::BitAnd(_) => &["|"],
            BinOp::BitOr(_) => &["&"],
            BinOp::AddAssign(_) => &["-="],
            BinOp::SubAssign(_) => &["+="],
            BinOp::BitOrAssign(_) => &["&="],
            BinOp::BitAndAssign(_) => &["|="],
            _ => &[],
        };
        let (left, right) = (self.slice(&*it.left), self.slice(&*it.right));
        for other in others {
            let (range, now) = (it.span().byte_range(), self.slice(&it.op));
            let changed = format!("{left} {other} {right}");
            let what = format!("`{now}` becomes `{other}` in `{}`", short(&self.slice(it)));
            self.add(range, what, |n| {
                (format!("(if crate::mutation::is({n}) {{ {changed} }} else {{ "), " })".to_string())
            });
        }
    }

    fn literal(&mut self, it: &Lit) {
        match it {
            Lit::Bool(value) => self.replace(value, if value.value { "false" } else { "true" }),
            Lit::Int(value) => {
                let digits = value.base10_digits();
                let Ok(number) = digits.parse::<u128>() else { return };
                self.replace(value, &format!("{}{}", number + 1, value.suffix()));
                if number > 0 {
                    self.replace(value, &format!("{}{}", number - 1, value.suffix()));
                }
            }
            Lit::Str(value) => {
                let written = self.slice(value);
                if written.starts_with('"') {
                    for other in self.other_texts(&written) {
                        self.replace(value, &other);
                    }
                    if written.len() > 2 && !written.chars().any(char::is_alphabetic) {
                        self.replace(value, "\"\"");
                    }
                }
            }
            Lit::Char(value) if value.value() != '~' => self.replace(value, "'~'"),
            Lit::Byte(value) if value.value() != b'~' => self.replace(value, "b'~'"),
            _ => {}
        }
    }

    fn method(&mut self, whole: &Expr, it: &syn::ExprMethodCall) {
        let name = it.method.to_string();
        if asks(&name) {
            self.negate(whole);
        }
        let other = match name.as_str() {
            "any" => "all",
            "all" => "any",
            "min" => "max",
            "max" => "min",
            "first" => "last",
            "last" => "first",
            "starts_with" => "ends_with",
            "ends_with" => "starts_with",
            "find" => "rfind",
            "rfind" => "find",
            _ => return,
        };
        let (range, method) = (it.span().byte_range(), it.method.span().byte_range());
        let changed = format!("{}{other}{}", &self.text[range.start..method.start], &self.text[method.end..range.end]);
        self.add(range, format!("`{name}` becomes `{other}` in `{}`", short(&self.slice(it))), |n| {
            (format!("(if crate::mutation::is({n}) {{ {changed} }} else {{ "), " })".to_string())
        });
    }
}
