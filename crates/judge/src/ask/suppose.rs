//! What each answer would decide: the answer is put beside the facts, and
//! every rule is judged again on every day. The same door as a real answer,
//! so that what is foretold is what happens.

use super::answer::facts_of;
use super::{Answer, Change, Decides, Form, Given, Input, NewContract, Plan, Screen};
use crate::verdicts::{Judgement, outcomes};
use facts::{Known, RawEvidence, RawFact, check, raw};
use verdict::OutcomeSet;

/// The contract that a supposed clause stands in.
const SUPPOSED: &str = "supposed";

/// Fills what answers decide, for the first screens of each list.
pub(super) fn foresee(input: &Input<'_>, judged: &[Judgement<'_>], plan: &mut Plan) {
    if input.foresee == 0 {
        return;
    }
    let stated = raw(input.vocabulary, input.institution);
    let suppose = Suppose { input, judged, stated: &stated };
    for list in [&mut plan.director, &mut plan.provider, &mut plan.papers] {
        for screen in list.iter_mut().take(input.foresee) {
            screen.decides = suppose.screen(screen);
        }
    }
}

struct Suppose<'a> {
    input: &'a Input<'a>,
    judged: &'a [Judgement<'a>],
    stated: &'a [RawFact],
}

impl Suppose<'_> {
    fn screen(&self, screen: &Screen) -> Vec<Decides> {
        let mut answers: Vec<(String, Answer, Option<&str>)> = Vec::new();
        match &screen.form {
            Form::Choice { choices, recorded, records } => {
                for choice in choices {
                    let record = recorded.contains(choice).then(|| records.first()).flatten();
                    answers.push((choice.clone(), Answer::Value(choice.clone()), record.map(String::as_str)));
                }
            }
            Form::Ledger { .. } => {
                answers.push(("これで全部".into(), Answer::Ledger { more: Vec::new(), all: true }, None));
            }
            _ => {}
        }
        if let Some(label) = &screen.not_applicable {
            answers.push((label.clone(), Answer::NotApplicable, None));
        }
        answers
            .into_iter()
            .filter_map(|(label, answer, record)| {
                let changes = self.changes(screen, &answer, record)?;
                Some(Decides { answer: label, changes })
            })
            .collect()
    }

    /// The sets that change when the answer is given for every subject.
    fn changes(&self, screen: &Screen, answer: &Answer, record: Option<&str>) -> Option<Vec<Change>> {
        let on = self.input.on;
        let kinds = self.input.vocabulary.evidence();
        let clause = kinds.iter().any(|k| k.id == "clause" && Some(k.name.as_str()) == record);
        let given = Given {
            by: "もし".into(),
            on,
            evidence: record
                .map(|kind| RawEvidence {
                    kind: kind.to_owned(),
                    contract: clause.then(|| SUPPOSED.to_owned()),
                    detail: None,
                })
                .into_iter()
                .collect(),
            contract: None,
        };
        let contract =
            NewContract { id: SUPPOSED.into(), name: None, term: Some(format!("{on} から 期限なし")) };
        let mut all = self.stated.to_vec();
        for (i, about) in screen.about.iter().enumerate() {
            let given = Given { contract: (clause && i == 0).then(|| contract.clone()), ..given.clone() };
            let subject = (about.subject.kind.as_str(), about.subject.id.as_str());
            all.extend(facts_of(self.input.vocabulary, subject, &screen.word, answer, &given));
        }
        let institution = check(self.input.vocabulary, "もし", &all).ok()?;
        let mut out = Vec::new();
        for judged in self.judged {
            let day = judged.known.judged_on();
            let known = Known::new(self.input.vocabulary, &institution, on, day);
            let after = outcomes(self.input.book, self.input.edition, &known);
            out.extend(self.differing(&judged.rules, &after, &day.to_string()));
        }
        Some(out)
    }

    fn differing(&self, before: &[OutcomeSet], after: &[OutcomeSet], on: &str) -> Vec<Change> {
        self.input
            .edition
            .rules
            .iter()
            .zip(before.iter().zip(after))
            .filter(|(_, (b, a))| b != a)
            .map(|(rule, (before, after))| Change {
                item: rule.front.id.clone(),
                on: on.to_owned(),
                before: *before,
                after: *after,
            })
            .collect()
    }
}
