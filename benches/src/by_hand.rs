//! The two-factor rule as a programmer would write it: structs and functions.
//!
//! Each condition is a pair, certainly true and certainly false, so that a
//! missing fact is neither.

use crate::ledger::{Admin, Approval, Asset, Equivalent, Kind, Outside};

/// Ids that fail, and ids that lack a fact.
pub(crate) fn judge(ledger: &[Asset]) -> (Vec<&str>, Vec<&str>) {
    let mut violating = Vec::new();
    let mut missing = Vec::new();
    for a in ledger {
        if fails(ledger, a) {
            violating.push(a.id.as_str());
        } else if !holds(ledger, a) {
            missing.push(a.id.as_str());
        }
    }
    (violating, missing)
}

fn fails(ledger: &[Asset], a: &Asset) -> bool {
    let no_device = a.approval == Some(Approval::None);
    (no_device && a.kind == Some(Kind::Client) && a.jump == Some(false) && terminal_fails(a))
        || (no_device && is_server(a) && server_fails(ledger, a))
}

fn holds(ledger: &[Asset], a: &Asset) -> bool {
    let device = a.approval == Some(Approval::Documented);
    let client =
        device || a.kind.is_some_and(|k| k != Kind::Client) || a.jump == Some(true) || terminal_holds(a);
    client && (device || is_no_server(a) || server_holds(ledger, a))
}

fn is_server(a: &Asset) -> bool {
    a.kind == Some(Kind::Server) || (a.kind == Some(Kind::Client) && a.local == Some(true))
}

fn is_no_server(a: &Asset) -> bool {
    match a.kind {
        Some(Kind::Network | Kind::Other) => true,
        Some(Kind::Client) => a.local == Some(false),
        // Not a server's kind for certain is not known; nor whether it works like one.
        Some(Kind::Server) | None => false,
    }
}

fn terminal_holds(a: &Asset) -> bool {
    a.app == Some(true) || (a.platform == Some(true) && a.handed == Some(true) && a.rights == Some(true))
}

fn terminal_fails(a: &Asset) -> bool {
    a.app == Some(false) && (a.platform == Some(false) || a.handed == Some(false) || a.rights == Some(false))
}

fn server_holds(ledger: &[Asset], a: &Asset) -> bool {
    a.os == Some(true)
        || (a.only_jump == Some(true)
            && a.jumps_complete
            && !a.jumps.is_empty()
            && a.jumps.iter().filter_map(|j| ledger.get(*j)).all(jump_holds))
        || a.equivalent == Some(Equivalent::Decided)
}

fn server_fails(ledger: &[Asset], a: &Asset) -> bool {
    a.os == Some(false)
        && (a.only_jump == Some(false)
            || (a.jumps_complete && a.jumps.is_empty())
            || a.jumps.iter().filter_map(|j| ledger.get(*j)).any(jump_fails))
        && a.equivalent == Some(Equivalent::Refused)
}

fn jump_holds(j: &Asset) -> bool {
    j.other_domain == Some(true)
        && matches!(j.admin, Some(Admin::No | Admin::NotApplicable))
        && j.updated == Some(true)
        && j.shared == Some(false)
        && (j.os == Some(true)
            || (j.edr == Some(true) && matches!(j.outside, Some(Outside::ByVpn | Outside::None))))
}

fn jump_fails(j: &Asset) -> bool {
    j.other_domain == Some(false)
        || j.admin == Some(Admin::Yes)
        || j.updated == Some(false)
        || j.shared == Some(true)
        || (j.os == Some(false) && (j.edr == Some(false) || j.outside == Some(Outside::Otherwise)))
}
