//! What may be computed late: expressions that change nothing and whose variables are known by then.

use super::super::builtin::Builtins;
use super::super::ir::{Expr, ExprKind, Program, StepKind, Stmt, Target, Variable};
use super::super::walk;

/// Functions that get what they are called on by reference, but leave it as it is.
const LOOKING: &[&str] = &["extract", "get"];

/// Whether a method may change what it is called on.
pub(super) fn changes(method: &str) -> bool {
    let builtins = Builtins::get();
    builtins.has_function(method) && !builtins.keeps_receiver(method) && !LOOKING.contains(&method)
}

/// Whether some function changes a variable that it captured.
pub(super) fn closures_write(program: &Program) -> bool {
    let shared = |expr: &Expr| match &expr.kind {
        ExprKind::Variable(Variable { target: Target::Local(id), .. }) => program.locals[*id].shared,
        _ => false,
    };
    let root = |expr: &Expr| match &expr.kind {
        ExprKind::Chain(chain) => shared(&chain.root),
        _ => shared(expr),
    };
    program.functions.iter().filter(|function| function.captured > 0).any(|function| {
        let mut writes = false;
        walk::statements(&function.body, &mut |statement| {
            writes |= matches!(statement, Stmt::Assign { target, .. } if root(target));
        });
        walk::exprs(&function.body, &mut |expr| {
            writes |= matches!(&expr.kind, ExprKind::Chain(chain) if shared(&chain.root)
                && chain.steps.iter().any(|step| matches!(&step.kind, StepKind::Method(name, ..) if changes(name))));
        });
        writes
    })
}

/// Whether an expression is worth to be computed late, and may be.
pub(super) fn can_wait(program: &Program, expr: &Expr) -> bool {
    let (mut works, mut pure) = (false, true);
    walk::expr(expr, &mut |part| match &part.kind {
        ExprKind::Call(name, args) => {
            works |= program.functions.iter().any(|it| it.name == *name && it.params.len() == args.len());
            pure &= !changes(name) && name != "print" && name != "debug" && name != "call" && name != "curry";
        }
        ExprKind::Chain(chain) => {
            for step in &chain.steps {
                if let StepKind::Method(name, args, _) = &step.kind {
                    works |= args.iter().any(|arg| matches!(arg.kind, ExprKind::Closure(..) | ExprKind::FnPointer(_)));
                    pure &= !changes(name) && name != "call" && name != "curry";
                }
            }
        }
        ExprKind::Block(statements) => {
            walk::statements(statements, &mut |statement| {
                pure &= matches!(statement, Stmt::Expr(_) | Stmt::If { .. } | Stmt::Noop);
            });
        }
        _ => {}
    });
    works && pure
}
