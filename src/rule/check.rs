//! Compares a rule with the page of its tool: facts, options, outcomes and warnings that the rule names must be there.
//!
//! Only places whose meaning is certain are looked at, so that nothing right is ever reported: properties of the
//! parameter `facts`, texts compared with them, and the keys `fact`, `option`, `outcome`, `outcomes`, `also`, `facts`,
//! `next` of object maps and of the result. A text that is computed is not looked at.

use std::collections::BTreeSet;

use super::compile::{ENTRY, span_at};
use super::ir::{Expr, ExprKind, Literal, StepKind, Stmt};
use super::schema::ToolSchema;
use super::{Rule, walk};
use crate::diagnostic::{Bilingual, Code, Diagnostic, code};
use crate::source::Position;

/// Everything that the rule names and its page does not have.
pub fn check_schema(rule: &Rule, schema: &ToolSchema) -> Vec<Diagnostic> {
    let mut check = Check { rule, schema, facts_names: facts_names(rule), findings: Vec::new() };
    for body in rule.program.bodies() {
        walk::exprs(body, &mut |expr| check.expr(expr));
        walk::statements(body, &mut |statement| check.statement(statement));
    }
    let mut findings = check.findings;
    findings.sort_by_key(|finding| finding.span);
    findings.dedup();
    findings
}

/// The name of the entry function's parameter, wherever a function has a parameter of that name.
fn facts_names(rule: &Rule) -> BTreeSet<String> {
    let entry = rule.program.functions.iter().find(|function| function.name == ENTRY && function.params.len() == 1);
    entry.map(|function| function.params[0].clone()).into_iter().collect()
}

struct Check<'run> {
    rule: &'run Rule,
    schema: &'run ToolSchema,
    facts_names: BTreeSet<String>,
    findings: Vec<Diagnostic>,
}

impl Check<'_> {
    fn report(&mut self, code: Code, pos: Position, message: Bilingual, found: &str, known: Vec<String>) {
        let span = span_at(&self.rule.file, pos);
        // Inside a quoted text the quotes are not part of the name.
        let quoted = self.rule.file.text[span.start..span.end].starts_with('"') && span.end - span.start >= 2;
        let span = if quoted { crate::source::Span::new(span.start + 1, span.end - 1) } else { span };
        let mut finding =
            Diagnostic::new(code, &self.rule.file.path, span, message).nearest(found, known.iter().map(String::as_str));
        if finding.help.is_none() {
            let list = known.join("、");
            finding = finding.help(format!("可以写：{list}"), format!("possible: {}", known.join(", ")));
        }
        self.findings.push(finding);
    }

    fn fact(&mut self, id: &str, pos: Position) {
        if self.schema.fact(id).is_none() {
            let message = Bilingual::new(format!("页面没有问`{id}`"), format!("the page does not ask for `{id}`"));
            let known = self.schema.facts.iter().map(|fact| fact.id.clone()).collect();
            self.report(code::RULE_UNKNOWN_FACT, pos, message, id, known);
        }
    }

    fn option(&mut self, fact: &str, option: &str, pos: Position) {
        let Some(fact) = self.schema.fact(fact) else {
            return;
        };
        if !fact.options.is_empty() && fact.options.iter().all(|known| known.id != option) {
            let message = Bilingual::new(
                format!("问题`{}`没有选项`{option}`", fact.id),
                format!("fact `{}` has no option `{option}`", fact.id),
            );
            let known = fact.options.iter().map(|known| known.id.clone()).collect();
            self.report(code::RULE_UNKNOWN_OPTION, pos, message, option, known);
        }
    }

    fn outcome(&mut self, id: &str, pos: Position) {
        if !self.schema.outcomes.iter().any(|known| known == id) {
            let message = Bilingual::new(format!("页面没有结果`{id}`"), format!("the page has no outcome `{id}`"));
            self.report(code::RULE_UNKNOWN_OUTCOME, pos, message, id, self.schema.outcomes.clone());
        }
    }

    /// The fact that `facts.x` or `facts["x"]` reads.
    fn read<'expr>(&self, expr: &'expr Expr) -> Option<(&'expr str, Position)> {
        let ExprKind::Chain(chain) = &expr.kind else {
            return None;
        };
        let ExprKind::Variable(variable) = &chain.root.kind else {
            return None;
        };
        if !self.facts_names.contains(&variable.name) {
            return None;
        }
        match &chain.steps.first()?.kind {
            StepKind::Property(name, pos) => Some((name, *pos)),
            StepKind::Index(Expr { kind: ExprKind::Text(name), pos, .. }) => Some((name, *pos)),
            StepKind::Method(method, args, _) if ["contains", "get"].contains(&method.as_str()) => match args.first() {
                Some(Expr { kind: ExprKind::Text(name), pos, .. }) => Some((name, *pos)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The fact whose value an expression is, and nothing but its value.
    fn value_of<'expr>(&self, expr: &'expr Expr) -> Option<&'expr str> {
        let ExprKind::Chain(chain) = &expr.kind else {
            return None;
        };
        let one = chain.steps.len() == 1 && !matches!(chain.steps[0].kind, StepKind::Method(..));
        self.read(expr).filter(|_| one).map(|(name, _)| name)
    }

    fn member(&mut self, item: &Expr, list: &Expr) {
        if let Some(fact) = self.value_of(item).map(str::to_string) {
            self.compared(&fact, list);
        }
    }

    fn compared(&mut self, fact: &str, with: &Expr) {
        match &with.kind {
            ExprKind::Text(option) => self.option(fact, option, with.pos),
            ExprKind::Array(items) => items.iter().for_each(|item| self.compared(fact, item)),
            _ => {}
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let Some((id, pos)) = self.read(expr) {
            self.fact(id, pos);
        }
        match &expr.kind {
            ExprKind::Binary("==" | "!=", sides) => {
                for (one, other) in [(&sides[0], &sides[1]), (&sides[1], &sides[0])] {
                    if let Some(fact) = self.value_of(one).map(str::to_string) {
                        self.compared(&fact, other);
                    }
                }
            }
            // `item in list` is parsed as a call of `contains`.
            ExprKind::Call(name, args) if name == "contains" && args.len() == 2 => self.member(&args[1], &args[0]),
            ExprKind::In(sides) => self.member(&sides[1], &sides[0]),
            ExprKind::Map(entries) => self.map(entries),
            _ => {}
        }
    }

    fn map(&mut self, entries: &[(String, Expr)]) {
        let text = |key: &str| {
            entries.iter().find(|(name, _)| name == key).and_then(|(_, value)| match &value.kind {
                ExprKind::Text(text) => Some((text.clone(), value.pos)),
                _ => None,
            })
        };
        if let Some((fact, pos)) = text("fact") {
            self.fact(&fact, pos);
            if let Some((option, pos)) = text("option") {
                self.option(&fact, &option, pos);
            }
        }
        for (key, value) in entries {
            self.named(key, value);
        }
    }

    /// A value under one of the keys of the result object.
    fn named(&mut self, key: &str, value: &Expr) {
        match (key, &value.kind) {
            ("outcome", ExprKind::Text(id)) => self.outcome(id, value.pos),
            ("next", ExprKind::Text(id)) => self.fact(id, value.pos),
            ("also" | "outcomes", ExprKind::Array(items)) => {
                for item in items {
                    if let ExprKind::Text(id) = &item.kind {
                        self.outcome(id, item.pos);
                    }
                }
            }
            ("facts", ExprKind::Array(items)) => {
                for item in items {
                    if let ExprKind::Text(id) = &item.kind {
                        self.fact(id, item.pos);
                    }
                }
            }
            _ => {}
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Assign { target, operator: None, value, .. } => {
                if let ExprKind::Chain(chain) = &target.kind
                    && let Some(StepKind::Property(name, _)) = chain.steps.last().map(|step| &step.kind)
                {
                    self.named(name, value);
                }
            }
            Stmt::Switch(switch) => {
                let Some(fact) = self.value_of(&switch.value).map(str::to_string) else {
                    return;
                };
                for (literal, _) in &switch.cases {
                    if let Literal::Text(option) = literal {
                        let pos = self.case_place(switch.value.start, option);
                        self.option(&fact, option, pos);
                    }
                }
            }
            _ => {}
        }
    }

    /// Rhai does not keep where a `switch` case stands: the first such text behind the `switch` is it.
    fn case_place(&self, from: Position, option: &str) -> Position {
        let text = &self.rule.file.text;
        let start = self.rule.file.offset(from);
        let found = text[start..].find(&format!("\"{option}\"")).map_or(start, |offset| start + offset);
        self.rule.file.position(found)
    }
}
