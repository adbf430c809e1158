//! Made-up institutions as `.facts` text: a clinic, and hospitals of any size.
//!
//! Written as text so that they come in by the same gate as a user's file.
//! About one fact in twenty is left out, as in a ledger that is being filled.

use std::fmt::Write as _;

/// `.facts` text under construction.
#[derive(Default)]
pub(crate) struct Text(String);

impl Text {
    /// A heading stated by the director.
    pub(crate) fn head(&mut self, kind: &str, id: impl std::fmt::Display) -> &mut Text {
        let _ = writeln!(self.0, "{kind} {id} 〔申告 院長 2026-07-01〕");
        self
    }
    /// A fact of the last heading.
    pub(crate) fn fact(&mut self, word: &str, value: impl std::fmt::Display) -> &mut Text {
        let _ = writeln!(self.0, "  {word} {value}");
        self
    }
    /// Facts of the last heading.
    pub(crate) fn facts(&mut self, facts: &[(&str, &str)]) -> &mut Text {
        for (word, value) in facts {
            self.fact(word, value);
        }
        self
    }
    /// The text.
    pub(crate) fn done(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// A clinic: 12 assets, 2 systems, 1 account domain, 2 services, 2 contracts, 1 renewal.
pub(crate) fn clinic() -> String {
    let mut t = Text::default();
    t.head("施設", "9910000018").facts(&[
        ("名称", "みほん内科医院"),
        ("種別", "一般診療所"),
        ("医療情報システムはこれで全部", "はい"),
        ("資産はこれで全部", "はい"),
        ("サービスはこれで全部", "はい"),
        ("認証基盤はこれで全部", "はい"),
        ("非常時アカウントの管理", "なし"),
    ]);
    t.head("契約", "K-1").fact("契約期間", "2026-04-01 から 2028-03-31");
    t.head("契約", "K-2").fact("契約期間", "2026-04-01 から 期限なし");
    t.head("サービス", "S-1").facts(&[
        ("名称", "みほんWEB予約"),
        ("医療情報の利用", "あり"),
        ("サービスを使うシステム", "医療情報システム REZ"),
        ("セキュリティ更新の責任者", "事業者 〔契約条項 契約 K-2「第5条」 院長 2026-07-01〕"),
        ("保存しない保証", "なし"),
        ("日本法の適用", "あり 〔契約条項 契約 K-2「第12条」 院長 2026-07-01〕"),
        ("日本法の執行", "わからない"),
    ]);
    t.head("サービス", "S-2").facts(&[
        ("名称", "みほんメール"),
        ("医療情報の利用", "なし"),
        ("サービスを使うシステム", "該当なし"),
    ]);
    for (id, name) in [("EHR", "みほん電子カルテ"), ("REZ", "みほんレセコン")] {
        t.head("医療情報システム", id).facts(&[
            ("名称", name),
            ("医療情報の利用", "あり"),
            ("導入日", "2022-04-01"),
            ("終了日", "該当なし"),
            ("二要素認証の対応困難", "非該当"),
            ("ログインの二要素認証", "一部"),
            ("更改はこれで全部", "はい"),
            ("アクセスの記録機能", "あり"),
            ("アクセスの記録", "あり 〔設定出力「記録の設定」 事業者A 2026-08-01〕"),
            ("ログイン時刻の記録", "あり"),
            ("アクセス時間の記録", "あり"),
            ("操作対象の記録", "わからない"),
            ("アクセス記録の定期確認", "未実施"),
        ]);
    }
    for i in 1..=7 {
        let systems = if i > 4 {
            "医療情報システム EHR、医療情報システム REZ"
        } else {
            "医療情報システム EHR"
        };
        t.head("資産", format!("PC-{i}")).facts(&[
            ("種別", "クライアント端末"),
            ("所属システム", systems),
            ("導入アプリの処理", "サーバで処理"),
            ("踏み台", "いいえ"),
            ("製造販売の承認番号", "なし"),
            ("自動の画面ロック", if i == 2 { "なし" } else { "あり" }),
        ]);
        match i {
            3 => t
                .fact("アプリの二要素認証", "未実施 〔実測 事業者A 2026-08-01〕")
                .fact("基盤の二要素認証", "未実施"),
            5 => t.fact("アプリの二要素認証", "わからない"),
            _ => t.fact("アプリの二要素認証", "実施済 〔実測 事業者A 2026-08-01〕"),
        };
    }
    for (id, system) in [("SV-1", "EHR"), ("NAS-1", "REZ")] {
        t.head("資産", id)
            .fact("種別", "サーバ")
            .fact("所属システム", format!("医療情報システム {system}"))
            .facts(&[
                ("製造販売の承認番号", "なし"),
                ("OSの二要素認証", "未実施"),
                ("接続元", "ほかにもある"),
                ("同等の代替措置", "認めない"),
                ("セキュリティ更新の責任者", "自院"),
            ]);
    }
    for id in ["RT-1", "VPN-1"] {
        t.head("資産", id).facts(&[("種別", "ネットワーク機器"), ("所属システム", "医療情報システム EHR")]);
    }
    t.head("資産", "PR-1").facts(&[("種別", "その他"), ("所属システム", "医療情報システム REZ")]);
    t.head("更改", "R-1").facts(&[
        ("更改するシステム", "医療情報システム EHR"),
        ("予定日", "2028-03-31"),
        ("完了日", "該当なし"),
        ("対応できる事業者の選定", "未選定"),
    ]);
    domain(&mut t, 1, "EHR", "医療情報システム EHR、医療情報システム REZ", false);
    t.done()
}

/// How large a hospital is.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// Machines.
    pub(crate) assets: usize,
    /// Medical information systems.
    pub(crate) systems: usize,
    /// Account domains.
    pub(crate) domains: usize,
}

/// 500 beds.
pub(crate) const HOSPITAL: Size = Size { assets: 600, systems: 8, domains: 60 };

impl Size {
    /// A hospital so many times larger, in everything.
    pub(crate) fn times(self, n: usize) -> Size {
        Size { assets: self.assets * n, systems: self.systems * n, domains: self.domains * n }
    }
}

/// A hospital that maintains its own servers. 80 % of its assets are client
/// terminals, 10 % servers; 1 in 50 fails where `failing`, 1 in 20 lacks a fact.
pub(crate) fn hospital(size: Size, failing: bool) -> String {
    let mut t = Text::default();
    t.head("施設", "9920000017").facts(&[
        ("名称", "みほん総合病院"),
        ("種別", "病院"),
        ("病床数", "500"),
        ("医療情報システムはこれで全部", "はい"),
        ("資産はこれで全部", "はい"),
        ("サービスはこれで全部", "はい"),
        ("認証基盤はこれで全部", "はい"),
        ("非常時アカウントの管理", "あり"),
    ]);
    t.head("契約", "K-1").fact("契約期間", "2026-04-01 から 期限なし");
    for i in 0..size.systems {
        t.head("医療情報システム", format!("SYS-{i}")).fact("名称", format!("部門システム{i}")).facts(&[
            ("医療情報の利用", "あり"),
            ("導入日", "2021-04-01"),
            ("終了日", "該当なし"),
            ("二要素認証の対応困難", "非該当"),
            ("ログインの二要素認証", "全員"),
            ("更改はこれで全部", "はい"),
            ("アクセスの記録機能", "あり"),
            ("アクセスの記録", "あり 〔設定出力「記録の設定」 事業者A 2026-08-01〕"),
            ("ログイン時刻の記録", "あり"),
            ("アクセス時間の記録", "あり"),
            ("操作対象の記録", "あり"),
            ("アクセス記録の定期確認", "実施"),
        ]);
        t.head("サービス", format!("S-{i}"))
            .fact("サービスを使うシステム", format!("医療情報システム SYS-{i}"))
            .facts(&[
                ("医療情報の利用", "あり"),
                ("セキュリティ更新の責任者", "事業者 〔契約条項 契約 K-1「第5条」 院長 2026-07-01〕"),
                ("保存しない保証", "なし"),
                ("日本法の適用", "あり"),
                ("日本法の執行", "及ぶ"),
            ]);
        t.head("更改", format!("R-{i}"))
            .fact("更改するシステム", format!("医療情報システム SYS-{i}"))
            .facts(&[("予定日", "2028-03-31"), ("完了日", "該当なし"), ("対応できる事業者の選定", "未選定")]);
    }
    for i in 0..size.assets {
        asset(&mut t, i, size.systems, failing);
    }
    for i in 0..size.domains {
        let id = format!("SYS-{}", i % size.systems);
        let system = format!("医療情報システム {id}");
        domain(&mut t, i, &id, &system, true);
    }
    t.done()
}

/// What an import leaves of an institution: what there is, what belongs where, and no answers.
pub(crate) fn bare(text: &str) -> String {
    let kept = [
        "種別",
        "所属システム",
        "医療情報の利用",
        "利用システム",
        "更改するシステム",
        "サービスを使うシステム",
        "契約期間",
    ];
    let keep = |l: &&str| {
        let fact = l.strip_prefix("  ").and_then(|l| l.split(' ').next());
        fact.is_none_or(|word| kept.contains(&word) || word.ends_with("これで全部"))
    };
    text.lines().filter(keep).flat_map(|l| [l, "\n"]).collect()
}

fn asset(t: &mut Text, i: usize, systems: usize, failing: bool) {
    let own = i % systems;
    let mut of = format!("医療情報システム SYS-{own}");
    // Every third terminal also opens the next system.
    if i.is_multiple_of(3) && systems > 1 {
        let _ = write!(of, "、医療情報システム SYS-{}", (own + 1) % systems);
    }
    t.head("資産", format!("A-{i}")).fact("所属システム", of);
    let missing = i % 20 == 11;
    let fails = failing && i % 50 == 7;
    match i % 20 {
        0 | 10 => {
            t.facts(&[
                ("種別", "サーバ"),
                ("製造販売の承認番号", "なし"),
                ("セキュリティ更新の責任者", "自院"),
            ]);
            t.fact("OSの二要素認証", "実施済 〔設定出力「ログインの設定」 事業者A 2026-08-01〕");
        }
        5 => {
            t.fact("種別", "ネットワーク機器");
        }
        15 => {
            t.facts(&[
                ("種別", "クライアント端末"),
                ("導入アプリの処理", "サーバで処理"),
                ("踏み台", "いいえ"),
            ])
            .facts(&[("自動の画面ロック", "なし"), ("離席時のほかの措置", "あり")])
            .fact("製造販売の承認番号", "あり 〔文書「添付文書」 事業者A 2026-07-01〕");
        }
        _ => {
            t.facts(&[
                ("種別", "クライアント端末"),
                ("導入アプリの処理", "サーバで処理"),
                ("踏み台", "いいえ"),
                ("製造販売の承認番号", "なし"),
                ("自動の画面ロック", "あり"),
            ]);
            if fails {
                t.fact("アプリの二要素認証", "未実施").fact("基盤の二要素認証", "未実施");
            } else if !missing {
                t.fact("アプリの二要素認証", "実施済 〔実測 事業者A 2026-08-01〕");
            }
        }
    }
}

fn domain(t: &mut Text, i: usize, system: &str, systems: &str, managed: bool) {
    let yes = if managed { "あり" } else { "なし" };
    t.head("認証基盤", format!("ID-{i}"))
        .fact("名称", format!("{system}の利用者"))
        .fact("利用システム", systems)
        .facts(&[
            ("利用システムはこれで全部", "はい"),
            ("最小文字数", "13"),
            ("英数字の混在", "あり"),
            ("PINの最小桁数", "該当なし"),
            ("推測しやすい語の禁止", "あり"),
            ("使い回しの禁止", yes),
            ("復元できない保存", "あり"),
            ("担当者に推定されない管理", "あり"),
            ("連続失敗時のロック", "あり"),
            ("定期変更の強制", yes),
            ("13文字の設定", "できる"),
            ("上限の文字数での設定", "いいえ"),
            ("IDの台帳", yes),
            ("IDの棚卸し", "実施"),
            ("不要なIDの削除", "実施"),
            ("ID管理の手順", "あり 〔文書「ID管理手順書」 事務長 2026-07-01〕"),
        ]);
}
