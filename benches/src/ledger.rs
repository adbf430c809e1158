//! One system with 1,000 assets, in the four forms that are compared.
//!
//! The same ledger is made once as structs and written out as `.facts` text
//! and as JSON, so no form can know more than another. About 5 % of the
//! assets fail the two-factor rule and 5 % lack a fact that decides it.

use crate::institutions::Text;
use serde_json::{Map, Value, json};

/// What a machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Client,
    Server,
    Network,
    Other,
}

/// 製造販売の承認番号.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Approval {
    None,
    /// Said to be there, no document.
    Claimed,
    Documented,
}

/// 同等の代替措置.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Equivalent {
    Refused,
    /// Said to be equivalent, no recorded decision.
    Claimed,
    Decided,
}

/// 院外利用者の管理者権限.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admin {
    Yes,
    No,
    NotApplicable,
}

/// 院外からの接続.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    ByVpn,
    Otherwise,
    None,
}

/// A machine; `None` = nobody has been asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asset {
    pub(crate) id: String,
    pub(crate) kind: Option<Kind>,
    /// An installed application completes its processing here.
    pub(crate) local: Option<bool>,
    pub(crate) approval: Option<Approval>,
    pub(crate) jump: Option<bool>,
    pub(crate) app: Option<bool>,
    pub(crate) platform: Option<bool>,
    pub(crate) handed: Option<bool>,
    pub(crate) rights: Option<bool>,
    pub(crate) os: Option<bool>,
    pub(crate) only_jump: Option<bool>,
    pub(crate) equivalent: Option<Equivalent>,
    /// Indices of the jump terminals that lead here.
    pub(crate) jumps: Vec<usize>,
    pub(crate) jumps_complete: bool,
    pub(crate) other_domain: Option<bool>,
    pub(crate) admin: Option<Admin>,
    pub(crate) updated: Option<bool>,
    pub(crate) shared: Option<bool>,
    pub(crate) edr: Option<bool>,
    pub(crate) outside: Option<Outside>,
}

const JUMPS: usize = 10;
const CLIENTS: usize = 800;
const SERVERS: usize = 50;
const ALL: usize = 1000;

/// 10 jump terminals, 800 clients, 50 servers, 140 other machines.
pub(crate) fn ledger() -> Vec<Asset> {
    let jump = |i: usize| Asset {
        id: format!("J-{i}"),
        kind: Some(Kind::Client),
        local: Some(false),
        approval: Some(Approval::None),
        jump: Some(true),
        other_domain: Some(true),
        admin: Some(if i.is_multiple_of(2) { Admin::No } else { Admin::NotApplicable }),
        updated: (i != 4).then_some(i != 3),
        shared: Some(false),
        os: Some(!i.is_multiple_of(3)),
        edr: Some(true),
        outside: Some(match i {
            6 => Outside::Otherwise,
            9 => Outside::None,
            _ => Outside::ByVpn,
        }),
        ..Asset::default()
    };
    let mut out: Vec<Asset> = (0..JUMPS).map(jump).collect();
    out.extend((0..CLIENTS).map(client));
    out.extend((0..SERVERS).map(server));
    out.extend((0..ALL - JUMPS - CLIENTS - SERVERS).map(|i| Asset {
        id: format!("N-{i}"),
        kind: Some(if i % 4 == 3 { Kind::Other } else { Kind::Network }),
        ..Asset::default()
    }));
    out
}

fn client(i: usize) -> Asset {
    let plain = Asset {
        id: format!("PC-{i}"),
        kind: Some(Kind::Client),
        local: Some(false),
        approval: Some(Approval::None),
        jump: Some(false),
        app: Some(false),
        platform: Some(true),
        handed: Some(true),
        rights: Some(true),
        ..Asset::default()
    };
    match (i % 20, i / 20 % 4) {
        // Fails: nothing in place, not handed over, wrong rights, a server's work without a second factor.
        (7, 0) => Asset { platform: Some(false), ..plain },
        (7, 1) => Asset { handed: Some(false), ..plain },
        (7, 2) => Asset { rights: Some(false), ..plain },
        (7, _) => Asset {
            local: Some(true),
            os: Some(false),
            only_jump: Some(false),
            equivalent: Some(Equivalent::Refused),
            ..plain
        },
        // A fact is missing.
        (13, 0) => Asset { app: None, platform: Some(false), ..plain },
        (13, 1) => Asset { handed: None, ..plain },
        (13, 2) => Asset { app: None, rights: None, ..plain },
        (13, _) => Asset { platform: Some(false), jump: None, ..plain },
        // A medical device with its number, however it logs in.
        (4, 1) => Asset { approval: Some(Approval::Documented), platform: Some(false), ..plain },
        (4, 2) => Asset { local: Some(true), os: Some(true), ..plain },
        (1 | 5 | 9 | 16, _) => plain,
        _ => Asset { app: Some(true), platform: None, handed: None, rights: None, ..plain },
    }
}

fn server(i: usize) -> Asset {
    let plain = Asset {
        id: format!("SV-{i}"),
        kind: Some(Kind::Server),
        approval: Some(Approval::None),
        os: Some(false),
        only_jump: Some(false),
        equivalent: Some(Equivalent::Refused),
        ..Asset::default()
    };
    let behind = |jumps: &[usize]| Asset {
        only_jump: Some(true),
        jumps: jumps.to_vec(),
        jumps_complete: true,
        ..plain.clone()
    };
    match i % 10 {
        0 => plain,
        1 => Asset { os: None, ..plain },
        2 => behind(&[0, 1]),
        3 => behind(&[2, 5, 9]),
        4 => match i / 10 {
            // A jump terminal that is not updated, one that nobody asked about, one in by another way.
            0 => behind(&[1, 3]),
            1 => behind(&[4]),
            2 => behind(&[6]),
            3 => Asset { jumps_complete: false, ..behind(&[7]) },
            _ => behind(&[]),
        },
        5 => Asset { equivalent: Some(Equivalent::Decided), ..plain },
        6 if i == 6 => Asset { equivalent: Some(Equivalent::Claimed), ..plain },
        7 if i == 7 => Asset { approval: Some(Approval::Claimed), ..plain },
        _ => Asset { os: Some(true), ..plain },
    }
}

/// The ledger as `.facts`.
pub(crate) fn facts(ledger: &[Asset]) -> String {
    let mut t = Text::default();
    t.head("施設", "9930000016").facts(&[
        ("医療情報システムはこれで全部", "はい"),
        ("資産はこれで全部", "はい"),
        ("サービスはこれで全部", "はい"),
    ]);
    t.head("医療情報システム", "EHR").facts(&[
        ("医療情報の利用", "あり"),
        ("導入日", "2022-04-01"),
        ("終了日", "該当なし"),
        ("二要素認証の対応困難", "非該当"),
        ("更改はこれで全部", "はい"),
    ]);
    for a in ledger {
        t.head("資産", &a.id).fact("所属システム", "医療情報システム EHR");
        let mut say = |word: &str, value: Option<&str>| {
            if let Some(value) = value {
                t.fact(word, value);
            }
        };
        let done = |b: Option<bool>| b.map(|b| if b { "実施済" } else { "未実施" });
        let there = |b: Option<bool>| b.map(|b| if b { "あり" } else { "なし" });
        let yes = |b: Option<bool>| b.map(|b| if b { "はい" } else { "いいえ" });
        say(
            "種別",
            a.kind.map(|k| match k {
                Kind::Client => "クライアント端末",
                Kind::Server => "サーバ",
                Kind::Network => "ネットワーク機器",
                Kind::Other => "その他",
            }),
        );
        say("導入アプリの処理", a.local.map(|l| if l { "端末内で完結" } else { "サーバで処理" }));
        say(
            "製造販売の承認番号",
            a.approval.map(|n| match n {
                Approval::None => "なし",
                Approval::Claimed => "あり",
                Approval::Documented => "あり 〔文書「添付文書」 院長 2026-07-01〕",
            }),
        );
        say("踏み台", yes(a.jump));
        say("アプリの二要素認証", done(a.app));
        say("基盤の二要素認証", done(a.platform));
        say("認証結果の引き継ぎ", there(a.handed));
        say("引き継ぎ後の権限", a.rights.map(|r| if r { "適切" } else { "不適切" }));
        say("OSの二要素認証", done(a.os));
        say("接続元", a.only_jump.map(|o| if o { "踏み台のみ" } else { "ほかにもある" }));
        say(
            "同等の代替措置",
            a.equivalent.map(|e| match e {
                Equivalent::Refused => "認めない",
                Equivalent::Claimed => "認める",
                Equivalent::Decided => "認める 〔判断「説明書」 院長 2026-07-01〕",
            }),
        );
        let jumps: Vec<String> =
            a.jumps.iter().filter_map(|j| ledger.get(*j)).map(|j| format!("資産 {}", j.id)).collect();
        say("接続元の踏み台", (!jumps.is_empty()).then(|| jumps.join("、")).as_deref());
        say("接続元の踏み台はこれで全部", a.jumps_complete.then_some("はい"));
        say("サーバと別ドメイン", yes(a.other_domain));
        say(
            "院外利用者の管理者権限",
            a.admin.map(|a| match a {
                Admin::Yes => "あり",
                Admin::No => "なし",
                Admin::NotApplicable => "該当なし",
            }),
        );
        say("OS更新", a.updated.map(|u| if u { "適切" } else { "不足" }));
        say("サーバとの共通パスワード", there(a.shared));
        say("EDR機能", there(a.edr));
        say(
            "院外からの接続",
            a.outside.map(|o| match o {
                Outside::ByVpn => "VPN経由で踏み台のみ",
                Outside::Otherwise => "ほかにもある",
                Outside::None => "なし",
            }),
        );
    }
    t.done()
}

/// An asset as JSON with its jump terminals inside. An absent fact is left
/// out, or is `""` where `filled`.
pub(crate) fn json(ledger: &[Asset], a: &Asset, filled: bool) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<&str>| {
        if value.is_some() || filled {
            out.insert(key.to_owned(), json!(value.unwrap_or_default()));
        }
    };
    let done = |b: Option<bool>| b.map(|b| if b { "done" } else { "not" });
    let yes = |b: Option<bool>| b.map(|b| if b { "yes" } else { "no" });
    put("id", Some(&a.id));
    put(
        "kind",
        a.kind.map(|k| match k {
            Kind::Client => "client",
            Kind::Server => "server",
            Kind::Network => "network",
            Kind::Other => "other",
        }),
    );
    put("local", yes(a.local));
    put(
        "approval",
        a.approval.map(|n| match n {
            Approval::None => "none",
            Approval::Claimed => "claimed",
            Approval::Documented => "documented",
        }),
    );
    put("jump", yes(a.jump));
    put("app", done(a.app));
    put("platform", done(a.platform));
    put("handed", yes(a.handed));
    put("rights", a.rights.map(|r| if r { "proper" } else { "improper" }));
    put("os", done(a.os));
    put("from", a.only_jump.map(|o| if o { "jump" } else { "other" }));
    put(
        "equivalent",
        a.equivalent.map(|e| match e {
            Equivalent::Refused => "refused",
            Equivalent::Claimed => "claimed",
            Equivalent::Decided => "decided",
        }),
    );
    put("domain", yes(a.other_domain));
    put(
        "admin",
        a.admin.map(|a| match a {
            Admin::Yes => "yes",
            Admin::No => "no",
            Admin::NotApplicable => "na",
        }),
    );
    put("updated", a.updated.map(|u| if u { "proper" } else { "short" }));
    put("shared", yes(a.shared));
    put("edr", yes(a.edr));
    put(
        "outside",
        a.outside.map(|o| match o {
            Outside::ByVpn => "vpn",
            Outside::Otherwise => "other",
            Outside::None => "none",
        }),
    );
    let jumps: Vec<Value> =
        a.jumps.iter().filter_map(|j| ledger.get(*j)).map(|j| json(ledger, j, filled)).collect();
    out.insert("jumps".into(), jumps.into());
    out.insert("complete".into(), a.jumps_complete.into());
    Value::Object(out)
}

/// Ids of the assets that fail, and of those that lack a fact.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lists {
    pub(crate) violating: Vec<String>,
    pub(crate) missing: Vec<String>,
}

impl Lists {
    /// Both in the same order.
    pub(crate) fn sorted<S: Into<String>>(
        violating: impl IntoIterator<Item = S>,
        missing: impl IntoIterator<Item = S>,
    ) -> Lists {
        let sorted = |ids: Vec<String>| {
            let mut ids = ids;
            ids.sort();
            ids
        };
        Lists {
            violating: sorted(violating.into_iter().map(Into::into).collect()),
            missing: sorted(missing.into_iter().map(Into::into).collect()),
        }
    }
}
