//! Visits every expression of some statements, outer before inner, in source order where Rhai keeps it.

use super::ir::{Expr, ExprKind, StepKind, Stmt};

/// Calls `visit` for every expression in the statements.
pub(super) fn exprs<'tree>(statements: &'tree [Stmt], visit: &mut impl FnMut(&'tree Expr)) {
    for statement in statements {
        match statement {
            Stmt::Noop | Stmt::Continue | Stmt::Share => {}
            Stmt::Expr(value) | Stmt::Let { value, .. } => expr(value, visit),
            Stmt::Assign { target, value, .. } => {
                expr(value, visit);
                expr(target, visit);
            }
            Stmt::If { condition, body, branch } => {
                expr(condition, visit);
                exprs(body, visit);
                exprs(branch, visit);
            }
            Stmt::Switch(switch) => {
                expr(&switch.value, visit);
                for (guard, result) in &switch.arms {
                    expr(guard, visit);
                    expr(result, visit);
                }
            }
            Stmt::While { condition, body } => {
                condition.iter().for_each(|condition| expr(condition, visit));
                exprs(body, visit);
            }
            Stmt::Do { condition, body, .. } => {
                exprs(body, visit);
                expr(condition, visit);
            }
            Stmt::For { iterable, body, .. } => {
                expr(iterable, visit);
                exprs(body, visit);
            }
            Stmt::Break(value) | Stmt::Return(value) | Stmt::Throw(value, _) => {
                value.iter().for_each(|value| expr(value, visit));
            }
            Stmt::Try { body, handler, .. } => {
                exprs(body, visit);
                exprs(handler, visit);
            }
            Stmt::Block(body) => exprs(body, visit),
        }
    }
}

/// Calls `visit` for an expression and everything in it.
pub(super) fn expr<'tree>(it: &'tree Expr, visit: &mut impl FnMut(&'tree Expr)) {
    visit(it);
    match &it.kind {
        ExprKind::Unit
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Char(_)
        | ExprKind::Text(_)
        | ExprKind::Variable(_)
        | ExprKind::This
        | ExprKind::FnPointer(_)
        | ExprKind::Closure(..) => {}
        ExprKind::Interpolated(parts)
        | ExprKind::Array(parts)
        | ExprKind::And(parts)
        | ExprKind::Or(parts)
        | ExprKind::Coalesce(parts)
        | ExprKind::Call(_, parts) => parts.iter().for_each(|part| expr(part, visit)),
        ExprKind::Map(entries) => entries.iter().for_each(|(_, value)| expr(value, visit)),
        ExprKind::Unary(_, operand) | ExprKind::IsDefined(operand, _) => expr(operand, visit),
        ExprKind::Binary(_, sides) | ExprKind::In(sides) => sides.iter().for_each(|side| expr(side, visit)),
        ExprKind::Chain(chain) => {
            expr(&chain.root, visit);
            for step in &chain.steps {
                match &step.kind {
                    StepKind::Index(index) => expr(index, visit),
                    StepKind::Property(..) => {}
                    StepKind::Method(_, args, _) => args.iter().for_each(|arg| expr(arg, visit)),
                }
            }
        }
        ExprKind::Block(statements) => exprs(statements, visit),
    }
}

/// Calls `visit` for every statement, outer before inner, those of blocks used as values included.
pub(super) fn statements(list: &[Stmt], visit: &mut impl FnMut(&Stmt)) {
    for statement in list {
        visit(statement);
        match statement {
            Stmt::If { body, branch, .. } => {
                statements(body, visit);
                statements(branch, visit);
            }
            Stmt::While { body, .. } | Stmt::Do { body, .. } | Stmt::For { body, .. } | Stmt::Block(body) => {
                statements(body, visit);
            }
            Stmt::Try { body, handler, .. } => {
                statements(body, visit);
                statements(handler, visit);
            }
            _ => {}
        }
        own_exprs(statement, &mut |it| inner_statements(it, visit));
    }
}

/// The expressions that stand directly in a statement.
fn own_exprs<'tree>(statement: &'tree Stmt, visit: &mut impl FnMut(&'tree Expr)) {
    match statement {
        Stmt::Expr(it) | Stmt::Let { value: it, .. } => visit(it),
        Stmt::Assign { target, value, .. } => {
            visit(value);
            visit(target);
        }
        Stmt::If { condition, .. } | Stmt::Do { condition, .. } => visit(condition),
        Stmt::While { condition, .. } => condition.iter().for_each(visit),
        Stmt::For { iterable, .. } => visit(iterable),
        Stmt::Break(value) | Stmt::Return(value) | Stmt::Throw(value, _) => value.iter().for_each(visit),
        Stmt::Switch(switch) => {
            visit(&switch.value);
            for (guard, result) in &switch.arms {
                visit(guard);
                visit(result);
            }
        }
        _ => {}
    }
}

/// The statements of the blocks in an expression that stand in no other block of it.
fn inner_statements(it: &Expr, visit: &mut impl FnMut(&Stmt)) {
    match &it.kind {
        ExprKind::Block(list) => statements(list, visit),
        ExprKind::Interpolated(parts)
        | ExprKind::Array(parts)
        | ExprKind::And(parts)
        | ExprKind::Or(parts)
        | ExprKind::Coalesce(parts)
        | ExprKind::Call(_, parts) => parts.iter().for_each(|part| inner_statements(part, visit)),
        ExprKind::Map(entries) => entries.iter().for_each(|(_, value)| inner_statements(value, visit)),
        ExprKind::Unary(_, operand) | ExprKind::IsDefined(operand, _) => inner_statements(operand, visit),
        ExprKind::Binary(_, sides) | ExprKind::In(sides) => sides.iter().for_each(|side| inner_statements(side, visit)),
        ExprKind::Chain(chain) => {
            inner_statements(&chain.root, visit);
            for step in &chain.steps {
                match &step.kind {
                    StepKind::Index(index) => inner_statements(index, visit),
                    StepKind::Property(..) => {}
                    StepKind::Method(_, args, _) => args.iter().for_each(|arg| inner_statements(arg, visit)),
                }
            }
        }
        _ => {}
    }
}
