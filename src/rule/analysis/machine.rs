//! Runs a rule for all combinations of answers at once: every variable holds a diagram.
//!
//! Where the rule takes two ways, both are run, each under the condition that leads there, and what they leave in
//! variables is joined. Values that nobody may ask for, such as the reasons, are computed late; in the end all of them
//! are, so that nothing that fails is missed. What is not known here stops the run: then nothing is claimed.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::compile::ENTRY;
use super::super::ir::{Expr, ExprKind, Function, LocalId, NOWHERE, Program, Stmt, Target, Variable};
use super::diagram::{Diagrams, FALSE, Id, Leaf, Slot, TRUE, UNIT};
use super::lists::Sorting;
use super::native::{Native, Op};
use crate::source::Position;

/// Why a rule cannot be followed for all combinations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Something that is not known here, by its name and place.
    Unknown(String, Position),
    /// The diagrams have grown too large.
    Budget,
}

/// What ends a run early.
pub(super) type Run<T> = Result<T, Stop>;

/// The most steps for one rule: half a minute or so.
const BUDGET: usize = 20_000_000;
/// How often one loop is followed.
const TURNS: usize = 2_000;
/// How deep script functions are followed.
const DEPTH: usize = 48;

/// A failure, and for which combinations.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// Rhai's words.
    pub text: String,
    /// Its place in the rule.
    pub pos: Position,
    /// The combinations.
    pub guard: Id,
}

/// A value that is computed when something asks for it.
#[derive(Debug, Clone)]
pub(super) struct Late<'rule> {
    pub(super) work: Work<'rule>,
    outer: Id,
    pub(super) value: Option<Id>,
    /// Every value that it may have, and maybe more, where the value itself is too large.
    pub(super) loose: Option<Id>,
}

/// How a value is computed that is computed late.
#[derive(Debug, Clone)]
pub(super) enum Work<'rule> {
    /// An expression, with the variables that it reads as they were.
    Expr { expr: &'rule Expr, locals: Rc<[(LocalId, Id)]>, level: usize },
    /// The entry of a sorted list at a place, from 0.
    Rank(usize, usize),
}

#[derive(Debug, Default)]
struct Frame {
    cells: FxHashMap<LocalId, usize>,
    result: Option<Id>,
    returned: Id,
    loops: Vec<Loop>,
    level: usize,
}

#[derive(Debug, Default)]
struct Loop {
    broken: Id,
    continued: Id,
}

/// A rule on its way.
#[derive(Debug)]
pub(super) struct Machine<'rule> {
    pub(super) program: &'rule Program,
    pub(super) diagrams: Diagrams,
    pub(super) native: Native,
    pub(super) memo: FxHashMap<(Op, [Id; 3]), Id>,
    cells: Vec<Id>,
    globals: FxHashMap<&'rule str, Id>,
    frames: Vec<Frame>,
    /// The combinations for which the function that runs was called.
    outer: Id,
    /// The combinations among them that come to this place.
    pub(super) here: Id,
    pub(super) late: Vec<Late<'rule>>,
    pub(super) sortings: Vec<Sorting>,
    /// What failed, in the order in which it was found.
    pub(super) failures: Vec<Failure>,
    /// Statements and arms that some combination reaches, by their addresses.
    pub(super) reached: FxHashSet<usize>,
    /// The most steps of all diagrams together.
    pub(super) budget: usize,
    /// Closures change variables that they captured, so nothing may be computed late.
    eager: bool,
}

/// The address of a part of the rule: what tells it from all others.
pub(super) fn address<T>(part: &T) -> usize {
    std::ptr::from_ref(part) as usize
}

impl<'rule> Machine<'rule> {
    /// A rule, before its constants are known. What was done with the diagrams before costs nothing.
    pub(super) fn new(program: &'rule Program, diagrams: Diagrams) -> Self {
        let budget = diagrams.steps() + BUDGET;
        Machine {
            program,
            diagrams,
            native: Native::new(),
            memo: FxHashMap::default(),
            cells: Vec::new(),
            globals: FxHashMap::default(),
            frames: vec![Frame::default()],
            outer: TRUE,
            here: TRUE,
            late: Vec::new(),
            sortings: Vec::new(),
            failures: Vec::new(),
            reached: FxHashSet::default(),
            budget,
            eager: super::purity::closures_write(program),
        }
    }

    /// What the rule gives for its facts.
    pub(super) fn judge(&mut self, facts: Id) -> Run<Id> {
        let program = self.program;
        self.statements(&program.body)?;
        let entry = program.functions.iter().position(|it| it.name == ENTRY && it.params.len() == 1);
        self.enter(entry.expect("a rule has its entry"), &[], &[facts])
    }

    /// The sorted list that these entries are, as a whole.
    pub(super) fn sorting_of(&self, slots: &[Slot]) -> Option<usize> {
        let rank = |slot: &Slot| match self.diagrams.constant(slot.value) {
            Some(Leaf::Late(index)) => match self.late[*index].work {
                Work::Rank(sorting, place) => Some((sorting, place)),
                Work::Expr { .. } => None,
            },
            _ => None,
        };
        let (sorting, _) = rank(slots.first()?)?;
        let all = slots.iter().enumerate().all(|(place, slot)| rank(slot) == Some((sorting, place)));
        (all && slots.len() == self.sortings[sorting].size()).then_some(sorting)
    }

    /// The combinations that come to this place.
    pub(super) fn coming(&mut self) -> Id {
        self.diagrams.and(self.outer, self.here)
    }

    pub(super) fn check_budget(&self) -> Run<()> {
        if self.diagrams.steps() > self.budget { Err(Stop::Budget) } else { Ok(()) }
    }

    pub(super) fn unknown<T>(what: &str, pos: Position) -> Run<T> {
        Err(Stop::Unknown(what.to_string(), pos))
    }

    /// Notes what fails in a value made here; those combinations go no further.
    pub(super) fn settled(&mut self, value: Id, pos: Position) -> Run<Id> {
        self.check_budget()?;
        if !self.diagrams.may_fail(value) {
            return Ok(value);
        }
        for leaf in self.diagrams.leaves(value) {
            if let Some(Leaf::Fault(text)) = self.diagrams.constant(leaf).cloned() {
                let where_it_fails = self.diagrams.is(value, leaf);
                self.fail(where_it_fails, text, pos);
            }
        }
        Ok(value)
    }

    fn fail(&mut self, condition: Id, text: u32, pos: Position) {
        let coming = self.coming();
        let guard = self.diagrams.and(coming, condition);
        if guard == FALSE {
            return;
        }
        let text = self.native.fault_text(text).to_string();
        self.failures.push(Failure { text, pos, guard });
        let rest = self.diagrams.not(condition);
        self.here = self.diagrams.and(self.here, rest);
    }

    /// A value in full: what was left for later is computed.
    pub(super) fn forced(&mut self, value: Id) -> Run<Id> {
        let mut value = value;
        while self.diagrams.is_late(value) {
            value = self.without_late(value)?;
        }
        Ok(value)
    }

    fn without_late(&mut self, value: Id) -> Run<Id> {
        if !self.diagrams.is_late(value) {
            return Ok(value);
        }
        let key = (Op::Force, [value, 0, 0]);
        if let Some(known) = self.memo.get(&key) {
            return Ok(*known);
        }
        let made = match self.diagrams.constant(value) {
            Some(Leaf::Late(index)) => {
                let index = *index;
                self.now(index)?
            }
            // Put together leaf by leaf, so that lists and maps are joined to one.
            _ => {
                let mut made = None;
                for leaf in self.diagrams.leaves(value) {
                    let part = self.without_late(leaf)?;
                    let condition = self.diagrams.is(value, leaf);
                    made = Some(made.map_or(part, |rest| self.diagrams.choose(condition, part, rest)));
                    self.check_budget()?;
                }
                made.expect("a diagram has a leaf")
            }
        };
        self.memo.insert(key, made);
        Ok(made)
    }

    /// Computes what was left for later.
    pub(super) fn now(&mut self, index: usize) -> Run<Id> {
        if let Some(value) = self.late[index].value {
            return Ok(value);
        }
        let Late { work, outer, .. } = self.late[index].clone();
        let made = match work {
            Work::Expr { expr, locals, level } => self.apart(outer, expr, &locals, level)?,
            Work::Rank(sorting, place) => self.ranked(sorting, place)?,
        };
        self.late[index].value = Some(made);
        Ok(made)
    }

    /// An expression on its own: these variables, for these combinations. What surrounds it is as before, even when the
    /// expression cannot be followed.
    pub(super) fn apart(&mut self, outer: Id, expr: &'rule Expr, locals: &[(LocalId, Id)], level: usize) -> Run<Id> {
        let (before_outer, before_here, depth) = (self.outer, self.here, self.frames.len());
        (self.outer, self.here) = (outer, TRUE);
        let mut frame = Frame { level, ..Frame::default() };
        for (local, value) in locals {
            frame.cells.insert(*local, self.cell(*value));
        }
        self.frames.push(frame);
        let made = self.expr(expr);
        self.frames.truncate(depth);
        (self.outer, self.here) = (before_outer, before_here);
        made
    }

    fn later(&mut self, work: Work<'rule>) -> Id {
        let outer = self.coming();
        self.late.push(Late { work, outer, value: None, loose: None });
        self.diagrams.leaf(Leaf::Late(self.late.len() - 1))
    }

    /// The entry of a sorted list at a place, once something asks for it.
    pub(super) fn rank_later(&mut self, sorting: usize, place: usize) -> Id {
        self.later(Work::Rank(sorting, place))
    }

    /// A value that may be computed late.
    pub(super) fn value(&mut self, expr: &'rule Expr) -> Run<Id> {
        if self.eager || !super::purity::can_wait(self.program, expr) {
            return self.expr(expr);
        }
        let frame = self.frames.last().expect("there is a frame");
        let mut locals: Vec<(LocalId, Id)> = Vec::new();
        let mut note = |variable: &Variable| {
            if let Target::Local(id) = variable.target
                && let Some(cell) = frame.cells.get(&id)
            {
                locals.push((id, self.cells[*cell]));
            }
        };
        super::super::walk::expr(expr, &mut |part| match &part.kind {
            ExprKind::Variable(variable) => note(variable),
            ExprKind::Closure(_, captured) => captured.iter().for_each(|(variable, _)| note(variable)),
            _ => {}
        });
        locals.sort_unstable();
        locals.dedup();
        let level = frame.level;
        Ok(self.later(Work::Expr { expr, locals: locals.into(), level }))
    }

    pub(super) fn cell(&mut self, value: Id) -> usize {
        self.cells.push(value);
        self.cells.len() - 1
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("there is a frame")
    }

    /// The cell of a variable.
    pub(super) fn cell_of(&mut self, local: LocalId, pos: Position) -> Run<usize> {
        match self.frame().cells.get(&local) {
            Some(cell) => Ok(*cell),
            None => Self::unknown("a variable of another function", pos),
        }
    }

    pub(super) fn read_cell(&self, cell: usize) -> Id {
        self.cells[cell]
    }

    pub(super) fn global(&mut self, name: &str, pos: Position) -> Run<Id> {
        self.globals.get(name).copied().map_or_else(|| Self::unknown(name, pos), Ok)
    }

    /// Puts a value into a cell where this place is reached.
    pub(super) fn write_cell(&mut self, cell: usize, value: Id, shared: bool) {
        let condition = if shared { self.coming() } else { self.here };
        self.cells[cell] = self.diagrams.choose(condition, value, self.cells[cell]);
    }

    /// An expression in which some variables stand for cells, and one for a value.
    pub(super) fn with_variables(
        &mut self,
        cells: Vec<(LocalId, usize)>,
        param: LocalId,
        value: Id,
        expr: &'rule Expr,
    ) -> Run<Id> {
        let mut frame = Frame { level: self.frame().level + 1, ..Frame::default() };
        frame.cells.extend(cells);
        frame.cells.insert(param, self.cell(value));
        self.frames.push(frame);
        let made = self.expr(expr);
        self.frames.pop();
        made
    }

    /// Calls a function of the script, whose first parameters are the variables that it captured.
    pub(super) fn enter(&mut self, index: usize, captured: &[usize], args: &[Id]) -> Run<Id> {
        let program = self.program;
        let function: &'rule Function = &program.functions[index];
        let level = self.frame().level + 1;
        if level > DEPTH {
            return Self::unknown("calls that go so deep", NOWHERE);
        }
        let mut frame = Frame { level, ..Frame::default() };
        frame.cells.extend(function.locals.iter().copied().zip(captured.iter().copied()));
        for (local, value) in function.locals.iter().skip(captured.len()).zip(args) {
            frame.cells.insert(*local, self.cell(*value));
        }
        self.run_frame(function, frame)
    }

    fn run_frame(&mut self, function: &'rule Function, frame: Frame) -> Run<Id> {
        let (outer, here) = (self.outer, self.here);
        self.outer = self.coming();
        self.here = TRUE;
        self.frames.push(frame);
        let last = self.statements(&function.body);
        let frame = self.frames.pop().expect("the frame of this call");
        let last = last?;
        let result = match frame.result {
            None => last,
            Some(result) if self.here == FALSE => result,
            Some(result) => self.diagrams.choose(self.here, last, result),
        };
        // What failed in there does not come back.
        let back = self.diagrams.or(self.here, frame.returned);
        self.outer = outer;
        self.here = self.diagrams.and(here, back);
        self.check_budget()?;
        Ok(result)
    }

    /// Runs statements; gives the value of the last.
    pub(super) fn statements(&mut self, statements: &'rule [Stmt]) -> Run<Id> {
        let mut last = UNIT;
        for statement in statements {
            if self.coming() == FALSE {
                break;
            }
            self.reached.insert(address(statement));
            last = self.statement(statement)?;
        }
        Ok(last)
    }

    /// Whether a condition holds.
    pub(super) fn condition(&mut self, expr: &'rule Expr) -> Run<Id> {
        let value = self.expr(expr)?;
        self.truth(value, expr.start)
    }

    pub(super) fn truth(&mut self, value: Id, pos: Position) -> Run<Id> {
        let value = self.apply(Op::Truth, &[value], pos)?;
        let value = self.settled(value, pos)?;
        // Where it failed nothing goes on.
        self.apply(Op::IsTrue, &[value], pos)
    }

    fn statement(&mut self, statement: &'rule Stmt) -> Run<Id> {
        match statement {
            Stmt::Noop | Stmt::Share => Ok(UNIT),
            Stmt::Expr(expr) => self.expr(expr),
            Stmt::Let { name, value, local, .. } => {
                let value = self.value(value)?;
                let cell = self.cell(value);
                self.frame().cells.insert(*local, cell);
                if self.frames.len() == 1 {
                    self.globals.insert(name, value);
                }
                Ok(UNIT)
            }
            Stmt::Assign { target, operator, value, pos } => {
                let value = if operator.is_some() { self.expr(value)? } else { self.value(value)? };
                self.assign(target, *operator, value, *pos)?;
                Ok(UNIT)
            }
            Stmt::If { condition, body, branch } => {
                let holds = self.condition(condition)?;
                self.both_ways(holds, |machine| machine.statements(body), |machine| machine.statements(branch))
            }
            Stmt::Switch(switch) => self.switch(switch),
            Stmt::While { condition, body } => {
                self.turns(|machine| {
                    if let Some(condition) = condition {
                        let holds = machine.condition(condition)?;
                        machine.leave_unless(holds);
                    }
                    machine.turn(body)
                })?;
                Ok(UNIT)
            }
            Stmt::Do { condition, until, body } => {
                self.turns(|machine| {
                    machine.statements(body)?;
                    // `continue` skips the condition.
                    if machine.coming() != FALSE {
                        let holds = machine.condition(condition)?;
                        let goes_on = if *until { machine.diagrams.not(holds) } else { holds };
                        machine.leave_unless(goes_on);
                    }
                    machine.turn(&[])
                })?;
                Ok(UNIT)
            }
            Stmt::For { iterable, body, locals, .. } => {
                let value = self.expr(iterable)?;
                self.for_each(value, body, locals, iterable.start)?;
                Ok(UNIT)
            }
            Stmt::Break(None) => {
                let (here, frame) = (self.here, self.frames.last_mut().expect("there is a frame"));
                let around = frame.loops.last_mut().expect("the parser refuses `break` outside of a loop");
                around.broken = self.diagrams.or(around.broken, here);
                self.here = FALSE;
                Ok(UNIT)
            }
            Stmt::Break(Some(value)) => Self::unknown("break with a value", value.start),
            Stmt::Continue => {
                let (here, frame) = (self.here, self.frames.last_mut().expect("there is a frame"));
                let around = frame.loops.last_mut().expect("the parser refuses `continue` outside of a loop");
                around.continued = self.diagrams.or(around.continued, here);
                self.here = FALSE;
                Ok(UNIT)
            }
            Stmt::Return(value) => {
                let value = match value {
                    Some(value) => self.value(value)?,
                    None => UNIT,
                };
                let here = self.here;
                let result = match self.frame().result {
                    None => value,
                    Some(before) => self.diagrams.choose(here, value, before),
                };
                let returned = self.frame().returned;
                let returned = self.diagrams.or(returned, here);
                let frame = self.frame();
                (frame.result, frame.returned) = (Some(result), returned);
                self.here = FALSE;
                Ok(UNIT)
            }
            Stmt::Throw(_, pos) => {
                let text = self.native.fault("Runtime error");
                self.fail(TRUE, text, *pos);
                self.here = FALSE;
                Ok(UNIT)
            }
            Stmt::Try { .. } => Self::unknown("try", NOWHERE),
            Stmt::Block(body) => self.statements(body),
        }
    }

    /// Runs one way where a condition holds and the other elsewhere; gives the value of either.
    pub(super) fn both_ways(
        &mut self,
        holds: Id,
        yes: impl FnOnce(&mut Self) -> Run<Id>,
        no: impl FnOnce(&mut Self) -> Run<Id>,
    ) -> Run<Id> {
        let before = self.here;
        let otherwise = self.diagrams.not(holds);
        let (first, after_first) = self.way(before, holds, yes)?;
        let (second, after_second) = self.way(before, otherwise, no)?;
        self.here = self.diagrams.or(after_first, after_second);
        Ok(if after_first == FALSE {
            second
        } else if after_second == FALSE {
            first
        } else {
            self.diagrams.choose(holds, first, second)
        })
    }

    /// Runs something where a condition holds; the other combinations wait behind it.
    pub(super) fn only_where<T>(&mut self, condition: Id, run: impl FnOnce(&mut Self) -> Run<T>) -> Run<T> {
        let before = self.here;
        self.here = self.diagrams.and(before, condition);
        let made = run(self)?;
        let otherwise = self.diagrams.not(condition);
        let waiting = self.diagrams.and(before, otherwise);
        self.here = self.diagrams.or(self.here, waiting);
        Ok(made)
    }

    fn way(&mut self, before: Id, condition: Id, run: impl FnOnce(&mut Self) -> Run<Id>) -> Run<(Id, Id)> {
        self.here = self.diagrams.and(before, condition);
        let value = if self.coming() == FALSE {
            self.here = FALSE;
            UNIT
        } else {
            run(self)?
        };
        Ok((value, self.here))
    }

    /// Follows a loop until no combination stays in it.
    fn turns(&mut self, mut turn: impl FnMut(&mut Self) -> Run<()>) -> Run<()> {
        self.frame().loops.push(Loop::default());
        for count in 0.. {
            if self.coming() == FALSE {
                break;
            }
            if count == TURNS {
                return Self::unknown("a loop with so many turns", NOWHERE);
            }
            turn(self)?;
        }
        let around = self.frame().loops.pop().expect("the loop that ends");
        self.here = self.diagrams.or(self.here, around.broken);
        Ok(())
    }

    fn leave_unless(&mut self, holds: Id) {
        let (here, frame) = (self.here, self.frames.last_mut().expect("there is a frame"));
        let around = frame.loops.last_mut().expect("inside of a loop");
        let leaves = self.diagrams.not(holds);
        let leaves = self.diagrams.and(here, leaves);
        around.broken = self.diagrams.or(around.broken, leaves);
        self.here = self.diagrams.and(here, holds);
    }

    /// Runs the body once; `continue` comes together with the rest behind it.
    fn turn(&mut self, body: &'rule [Stmt]) -> Run<()> {
        self.statements(body)?;
        let around = self.frame().loops.last_mut().expect("inside of a loop");
        let continued = std::mem::take(&mut around.continued);
        self.here = self.diagrams.or(self.here, continued);
        Ok(())
    }

    fn for_each(&mut self, value: Id, body: &'rule [Stmt], locals: &[LocalId], pos: Position) -> Run<()> {
        let value = self.forced(value)?;
        self.frame().loops.push(Loop::default());
        for (leaf, condition) in self.cases(value, pos)? {
            let slots: Vec<Slot> = match leaf {
                Leaf::List(slots) => slots.to_vec(),
                Leaf::Range(start, end, inclusive) => {
                    let end = if inclusive { end.saturating_add(1) } else { end };
                    if end.saturating_sub(start) > TURNS as i64 {
                        return Self::unknown("a loop with so many turns", pos);
                    }
                    let one = |number| Slot { guard: TRUE, value: self.diagrams.leaf(Leaf::Int(number)) };
                    (start..end).map(one).collect()
                }
                _ => return Self::unknown("for over something else than a list", pos),
            };
            let mut counter = self.diagrams.leaf(Leaf::Int(0));
            for slot in slots {
                let there = self.diagrams.and(slot.guard, condition);
                self.only_where(there, |machine| {
                    for (local, value) in locals.iter().zip([slot.value, counter]) {
                        let cell = machine.cell(value);
                        machine.frame().cells.insert(*local, cell);
                    }
                    machine.turn(body)
                })?;
                if locals.len() > 1 {
                    counter = self.count_on(counter, slot.guard, pos)?;
                }
            }
        }
        let around = self.frame().loops.pop().expect("the loop that ends");
        self.here = self.diagrams.or(self.here, around.broken);
        Ok(())
    }

    /// One more where the guard holds.
    pub(super) fn count_on(&mut self, count: Id, guard: Id, pos: Position) -> Run<Id> {
        let one = self.diagrams.leaf(Leaf::Int(1));
        let more = self.apply(Op::Binary("+"), &[count, one], pos)?;
        Ok(self.diagrams.choose(guard, more, count))
    }

    /// The different values of a diagram and where it has them.
    pub(super) fn cases(&mut self, value: Id, pos: Position) -> Run<Vec<(Leaf, Id)>> {
        let value = self.forced(value)?;
        if let Some(leaf) = self.diagrams.constant(value) {
            return Ok(vec![(leaf.clone(), TRUE)]);
        }
        let leaves = self.diagrams.leaves(value);
        if leaves.len() > 64 {
            return Self::unknown("a value that may be so many different ones", pos);
        }
        let mut cases = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let condition = self.diagrams.is(value, leaf);
            let here = self.coming();
            if self.diagrams.and(here, condition) != FALSE {
                cases.push((self.diagrams.constant(leaf).expect("a leaf").clone(), condition));
            }
        }
        Ok(cases)
    }
}
