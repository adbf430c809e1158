//! The two-factor rule by the CEL interpreter: one expression, every asset.
//!
//! The expression is compiled and each asset bound in a context of its own
//! before the clock starts. CEL has no third truth value: an absent fact is
//! `""`, and each condition has a certainly-true and a certainly-false form.

use crate::ledger::{self, Asset};
use cel::common::types::CelInt;
use cel::{Context, Env, Program, Value};
use std::sync::Arc;

/// The expression and the contexts, ready to run.
pub(crate) struct Cel {
    program: Program,
    rows: Vec<(String, Context<'static, 'static>)>,
}

impl Cel {
    /// Compiles and binds.
    pub(crate) fn new(assets: &[Asset]) -> Cel {
        let env = Arc::new(Env::stdlib());
        let program = env.compile(&expression()).expect("expression compiles");
        let rows = assets
            .iter()
            .map(|a| {
                let mut context = Context::with_env(Arc::clone(&env));
                let value = cel::to_value(ledger::json(assets, a, true)).expect("asset is a CEL value");
                context.add_variable_from_value("a", value);
                (a.id.clone(), context)
            })
            .collect();
        Cel { program, rows }
    }

    /// Ids that fail, and ids that lack a fact.
    pub(crate) fn judge(&self) -> (Vec<&str>, Vec<&str>) {
        let mut violating = Vec::new();
        let mut missing = Vec::new();
        for (id, context) in &self.rows {
            let value = Value::resolve_val(self.program.expression(), context).expect("expression evaluates");
            match value.downcast_ref::<CelInt>().map(CelInt::inner) {
                Some(2) => violating.push(id.as_str()),
                Some(1) => missing.push(id.as_str()),
                _ => {}
            }
        }
        (violating, missing)
    }
}

/// 2 fails, 0 holds, 1 lacks a fact.
fn expression() -> String {
    let is_server = "(a.kind == 'server' || (a.kind == 'client' && a.local == 'yes'))";
    let terminal_fails =
        "(a.app == 'not' && (a.platform == 'not' || a.handed == 'no' || a.rights == 'improper'))";
    let terminal_holds =
        "(a.app == 'done' || (a.platform == 'done' && a.handed == 'yes' && a.rights == 'proper'))";
    let jump_fails = "(j.domain == 'no' || j.admin == 'yes' || j.updated == 'short' || j.shared == 'yes' \
         || (j.os == 'not' && (j.edr == 'no' || j.outside == 'other')))";
    let jump_holds = "(j.domain == 'yes' && (j.admin == 'no' || j.admin == 'na') && j.updated == 'proper' \
         && j.shared == 'no' && (j.os == 'done' || (j.edr == 'yes' && (j.outside == 'vpn' || j.outside == 'none'))))";
    let server_fails = format!(
        "(a.os == 'not' && a.equivalent == 'refused' && (a.from == 'other' \
         || (a.complete && size(a.jumps) == 0) || a.jumps.exists(j, {jump_fails})))"
    );
    let server_holds = format!(
        "(a.os == 'done' || a.equivalent == 'decided' || (a.from == 'jump' && a.complete \
         && size(a.jumps) > 0 && a.jumps.all(j, {jump_holds})))"
    );
    let fails = format!(
        "(a.approval == 'none' && ((a.kind == 'client' && a.jump == 'no' && {terminal_fails}) \
         || ({is_server} && {server_fails})))"
    );
    let no_client = "(a.kind == 'server' || a.kind == 'network' || a.kind == 'other')";
    let no_server = "(a.kind == 'network' || a.kind == 'other' || (a.kind == 'client' && a.local == 'no'))";
    let holds = format!(
        "(a.approval == 'documented' || (({no_client} || a.jump == 'yes' || {terminal_holds}) \
         && ({no_server} || {server_holds})))"
    );
    format!("{fails} ? 2 : ({holds} ? 0 : 1)")
}
