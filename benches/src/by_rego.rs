//! The two-factor rule by regorus: interpreter, compiled policy, and its VM.
//!
//! Policy and data are parsed, and the policy compiled, before the clock
//! starts; the comparison takes the fastest of the three.

use crate::ledger::{self, Asset, Lists};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{CompiledPolicy, Engine, Value};

const ENTRY: &str = "data.two_factor.result";

/// The three ways to run the policy, ready to run.
pub(crate) struct Rego {
    engine: Engine,
    compiled: CompiledPolicy,
    vm: RegoVM,
    input: Value,
}

impl Rego {
    /// Parses and compiles.
    pub(crate) fn new(assets: &[Asset]) -> Rego {
        let rows: Vec<serde_json::Value> = assets.iter().map(|a| ledger::json(assets, a, false)).collect();
        let input =
            Value::from_json_str(&serde_json::json!({ "assets": rows }).to_string()).expect("input is JSON");
        let mut engine = Engine::new();
        engine
            .add_policy("two_factor.rego".into(), include_str!("two_factor.rego").into())
            .expect("policy parses");
        let compiled = engine.compile_with_entrypoint(&ENTRY.into()).expect("policy compiles");
        let mut vm = RegoVM::new_with_policy(compiled.clone());
        vm.load_program(
            Compiler::compile_from_policy(&compiled, &[ENTRY]).expect("policy compiles to the VM"),
        );
        vm.set_max_instructions(usize::MAX);
        Rego { engine, compiled, vm, input }
    }

    /// By the interpreter.
    pub(crate) fn by_engine(&mut self) -> Value {
        self.engine.set_input(self.input.clone());
        self.engine.eval_rule(ENTRY.into()).expect("policy evaluates")
    }

    /// By the compiled policy.
    pub(crate) fn by_compiled(&self) -> Value {
        self.compiled.eval_with_input(self.input.clone()).expect("policy evaluates")
    }

    /// By the virtual machine.
    pub(crate) fn by_vm(&mut self) -> Value {
        self.vm.set_input(self.input.clone());
        self.vm.execute().expect("policy evaluates")
    }
}

/// A result as lists.
pub(crate) fn lists(result: &Value) -> Lists {
    let ids = |key: &str| -> Vec<String> {
        let set = result.as_object().expect("an object").get(&Value::from(key)).expect("both lists").clone();
        set.as_set().expect("a set").iter().map(|v| v.as_string().expect("an id").to_string()).collect()
    };
    Lists::sorted(ids("violating"), ids("missing"))
}
