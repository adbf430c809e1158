//! A made-up country: institutions by kind, as raw facts.
//!
//! Numbers by kind are those of the guideline's addressees (8,060 hospitals,
//! 105,207 clinics, 66,378 dental clinics, 62,828 pharmacies); what each has
//! is drawn. Ledgers differ as they do in life: some are well kept, some
//! hardly begun, in some the director and the vendor disagree. How much is
//! unknown or disputed is counted and printed, not promised.

use facts::{RawEvidence, RawFact, RawWhat};
use testkit::random::Random;
use vocabulary::{Date, date};

/// A kind of institution: name, how many, and bounds of its assets and systems.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) count: usize,
    assets: (usize, usize),
    systems: (usize, usize),
}

/// The country by kind.
pub(crate) const KINDS: [Kind; 4] = [
    Kind { name: "病院", count: 8_060, assets: (80, 420), systems: (4, 14) },
    Kind { name: "一般診療所", count: 105_207, assets: (8, 42), systems: (1, 5) },
    Kind { name: "歯科診療所", count: 66_378, assets: (6, 24), systems: (1, 3) },
    Kind { name: "薬局", count: 62_828, assets: (5, 24), systems: (1, 3) },
];

/// What was drawn, over all institutions.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Drawn {
    pub(crate) assets: usize,
    /// Cells that were asked for.
    pub(crate) cells: usize,
    pub(crate) unknown: usize,
    pub(crate) disputed: usize,
}

struct Draw<'a> {
    r: &'a mut Random,
    raw: Vec<RawFact>,
    drawn: &'a mut Drawn,
    on: Date,
    unknown: u32,
    disputed: u32,
    shown: u32,
}

/// The facts of the `n`-th institution of a kind.
pub(crate) fn institution(kind: &Kind, n: usize, drawn: &mut Drawn) -> Vec<RawFact> {
    let mut r = Random::new(n as u64 ^ (kind.count as u64) << 32);
    let on = date::parse("2026-09-01").unwrap_or(Date::MIN);
    let unknown = *r.pick(&[0, 1, 2, 5, 48]);
    let disputed = *r.pick(&[0, 1, 2, 30]);
    let shown = *r.pick(&[30, 60, 90]);
    let mut d = Draw { r: &mut r, raw: Vec::new(), drawn, on, unknown, disputed, shown };
    d.all(kind, n);
    d.raw
}

impl Draw<'_> {
    fn fact(&mut self, kind: &str, id: &str, what: RawWhat, evidence: Option<RawEvidence>) {
        let mut all = vec![RawEvidence { kind: "申告".into(), contract: None, detail: None }];
        all.extend(evidence);
        self.raw.push(RawFact {
            line: 0,
            kind: kind.to_owned(),
            id: id.to_owned(),
            what,
            by: "院長".into(),
            valid_on: self.on,
            recorded_on: self.on,
            evidence: all,
        });
    }

    fn head(&mut self, kind: &str, id: &str) {
        self.fact(kind, id, RawWhat::Exists, None);
    }

    /// A fact that is always stated.
    fn sure(&mut self, kind: &str, id: &str, word: &str, value: String) {
        self.fact(kind, id, RawWhat::Is(word.into(), value), None);
    }

    /// One of the values, the first in `percent` of the draws; or unknown, or disputed.
    fn one_of(
        &mut self,
        kind: &str,
        id: &str,
        word: &str,
        percent: u32,
        values: &[&str],
        shown_by: Option<&str>,
    ) {
        self.drawn.cells += 1;
        if self.r.chance(self.unknown) {
            self.drawn.unknown += 1;
            if self.r.chance(30) {
                self.fact(kind, id, RawWhat::Is(word.into(), "わからない".into()), None);
            }
            return;
        }
        let pick = |r: &mut Random| if r.chance(percent) { values[0] } else { *r.pick(values) };
        let value = pick(self.r);
        let evidence = shown_by.filter(|_| self.r.chance(self.shown)).map(|e| RawEvidence {
            kind: e.to_owned(),
            contract: (e == "契約条項").then(|| format!("K-{}", 1 + self.r.below(2))),
            detail: None,
        });
        self.fact(kind, id, RawWhat::Is(word.into(), value.into()), evidence);
        if self.r.chance(self.disputed)
            && let Some(other) = values.iter().find(|v| **v != value)
        {
            self.drawn.disputed += 1;
            self.fact(kind, id, RawWhat::Is(word.into(), (*other).into()), None);
            if let Some(last) = self.raw.last_mut() {
                last.by = "事業者A".into();
            }
        }
    }

    fn all(&mut self, kind: &Kind, n: usize) {
        let id = format!("{:010}", n + 1);
        self.head("施設", &id);
        self.sure("施設", &id, "種別", kind.name.into());
        let between = |r: &mut Random, (from, to): (usize, usize)| from + r.below(to - from + 1);
        let systems = between(self.r, kind.systems);
        let assets = between(self.r, kind.assets);
        self.drawn.assets += assets;
        for contract in ["K-1", "K-2"] {
            self.head("契約", contract);
            let term = *self.r.pick(&[
                "2025-04-01 から 期限なし",
                "2026-04-01 から 2029-03-31",
                "2023-04-01 から 2026-03-31",
            ]);
            self.sure("契約", contract, "契約期間", term.into());
        }
        self.services(systems);
        for s in 0..systems {
            self.system(&format!("S-{s}"));
        }
        let cloud = self.r.chance(55);
        for a in 0..assets {
            self.asset(a, systems, cloud, assets > 60);
        }
        self.domains(systems);
        for word in ["非常時アカウントの管理", "代替の連絡手段と紙運用", "非常時に分けたネットワーク"]
        {
            self.one_of("施設", &id, word, 40, &["あり", "なし"], Some("文書"));
        }
        // Ledgers that are said to be whole come last.
        let whole = 100 - self.unknown * 2;
        for word in [
            "医療情報システムはこれで全部",
            "資産はこれで全部",
            "サービスはこれで全部",
            "認証基盤はこれで全部",
        ] {
            if self.r.chance(whole) {
                self.sure("施設", &id, word, "はい".into());
            }
        }
    }

    fn services(&mut self, systems: usize) {
        for i in 0..self.r.below(4) {
            let id = format!("W-{i}");
            self.head("サービス", &id);
            let system = format!("医療情報システム S-{}", self.r.below(systems));
            self.sure("サービス", &id, "サービスを使うシステム", system);
            self.one_of("サービス", &id, "医療情報の利用", 70, &["あり", "なし"], None);
            self.one_of(
                "サービス",
                &id,
                "セキュリティ更新の責任者",
                90,
                &["事業者", "自院"],
                Some("契約条項"),
            );
            self.one_of("サービス", &id, "保存しない保証", 10, &["あり", "なし"], Some("契約条項"));
            self.one_of("サービス", &id, "日本法の適用", 85, &["あり", "なし"], Some("契約条項"));
            self.one_of("サービス", &id, "日本法の執行", 80, &["及ぶ", "及ばない"], Some("文書"));
            self.one_of("サービス", &id, "海外保存が避けられない検査", 3, &["はい", "いいえ"], None);
        }
    }

    fn system(&mut self, id: &str) {
        const K: &str = "医療情報システム";
        self.head(K, id);
        self.one_of(K, id, "医療情報の利用", 92, &["あり", "なし"], None);
        let day = format!("20{}-{:02}-01", 16 + self.r.below(11), 1 + self.r.below(9));
        self.one_of(K, id, "導入日", 100, &[&day], Some("文書"));
        self.one_of(K, id, "終了日", 92, &["該当なし", "2027-02-01", "2026-03-01"], None);
        self.one_of(K, id, "二要素認証の対応困難", 45, &["該当", "非該当"], Some("文書"));
        self.one_of(K, id, "ログインの二要素認証", 20, &["全員", "一部", "なし"], Some("設定出力"));
        self.one_of(K, id, "アクセスの記録機能", 80, &["あり", "なし"], Some("文書"));
        for word in ["アクセスの記録", "ログイン時刻の記録", "アクセス時間の記録", "操作対象の記録"]
        {
            self.one_of(K, id, word, 75, &["あり", "なし"], Some("設定出力"));
        }
        self.one_of(K, id, "業務日誌での代替", 20, &["あり", "なし"], None);
        self.one_of(K, id, "アクセス記録の定期確認", 35, &["実施", "未実施"], Some("文書"));
        self.one_of(K, id, "端末はない", 5, &["はい", "いいえ"], None);
        self.one_of(K, id, "サーバはない", 55, &["はい", "いいえ"], None);
        if self.r.chance(35) {
            let renewal = format!("R-{id}");
            self.head("更改", &renewal);
            self.sure("更改", &renewal, "更改するシステム", format!("{K} {id}"));
            self.one_of("更改", &renewal, "予定日", 30, &["該当なし", "2028-10-01", "2027-10-01"], None);
            self.one_of(
                "更改",
                &renewal,
                "完了日",
                70,
                &["該当なし", "2025-10-01", "2027-05-01", "2026-08-01"],
                Some("文書"),
            );
            self.one_of("更改", &renewal, "対応できる事業者の選定", 50, &["選定済", "未選定"], Some("文書"));
        }
        if self.r.chance(100 - self.unknown) {
            self.sure(K, id, "更改はこれで全部", "はい".into());
        }
    }

    fn asset(&mut self, n: usize, systems: usize, cloud: bool, large: bool) {
        const K: &str = "資産";
        let (server, jump) = (
            !cloud && n < systems.max(1) || large && n < 2 * systems,
            large && n >= 2 * systems && n < 3 * systems,
        );
        let id = format!("A-{n}");
        self.head(K, &id);
        let system = if server || jump { n % systems } else { self.r.below(systems) };
        self.sure(K, &id, "所属システム", format!("医療情報システム S-{system}"));
        let kinds: &[&str] = if server {
            &["サーバ"]
        } else if jump || self.r.chance(80) {
            &["クライアント端末"]
        } else {
            &["ネットワーク機器", "その他"]
        };
        // What a thing is, is the last to be forgotten or disputed.
        let (unknown, disputed) = (self.unknown, self.disputed);
        (self.unknown, self.disputed) = (unknown.div_ceil(6), disputed / 6);
        self.one_of(K, &id, "種別", 90, kinds, Some("実測"));
        (self.unknown, self.disputed) = (unknown, disputed);
        self.one_of(K, &id, "製造販売の承認番号", 92, &["なし", "あり"], Some("文書"));
        if server {
            self.one_of(K, &id, "OSの二要素認証", 25, &["実施済", "未実施"], Some("設定出力"));
            self.one_of(K, &id, "接続元", 40, &["踏み台のみ", "ほかにもある"], Some("設定出力"));
            self.one_of(K, &id, "同等の代替措置", 5, &["認める", "認めない"], Some("判断"));
            self.one_of(K, &id, "セキュリティ更新の責任者", 70, &["事業者", "自院"], Some("契約条項"));
        } else if kinds[0] == "クライアント端末" {
            self.one_of(K, &id, "導入アプリの処理", 90, &["サーバで処理", "端末内で完結"], None);
            self.one_of(
                K,
                &id,
                "踏み台",
                if jump { 100 } else { 0 },
                if jump { &["はい"] } else { &["いいえ"] },
                None,
            );
            self.one_of(K, &id, "アプリの二要素認証", 70, &["実施済", "未実施"], Some("設定出力"));
            self.one_of(K, &id, "基盤の二要素認証", 20, &["実施済", "未実施"], Some("設定出力"));
            self.one_of(K, &id, "自動の画面ロック", 80, &["あり", "なし"], None);
            self.one_of(K, &id, "離席時のほかの措置", 30, &["あり", "なし"], None);
        }
        if jump {
            self.sure(K, &id, "踏み台の接続先", format!("資産 A-{}", n % (2 * systems)));
            self.one_of(K, &id, "サーバと別ドメイン", 70, &["はい", "いいえ"], None);
            self.one_of(K, &id, "院外利用者の管理者権限", 60, &["なし", "あり", "該当なし"], None);
            self.one_of(K, &id, "OS更新", 70, &["適切", "不足"], None);
            self.one_of(K, &id, "サーバとの共通パスワード", 70, &["なし", "あり"], None);
            self.one_of(K, &id, "OSの二要素認証", 60, &["実施済", "未実施"], None);
            self.one_of(K, &id, "EDR機能", 40, &["あり", "なし"], None);
        }
        if server && self.r.chance(70) {
            self.sure(K, &id, "接続元の踏み台はこれで全部", "はい".into());
        }
    }

    fn domains(&mut self, systems: usize) {
        const K: &str = "認証基盤";
        for i in 0..1 + systems / 4 {
            let id = format!("ID-{i}");
            self.head(K, &id);
            let system = format!("医療情報システム S-{}", self.r.below(systems));
            self.sure(K, &id, "利用システム", system);
            if self.r.chance(90) {
                self.sure(K, &id, "利用システムはこれで全部", "はい".into());
            }
            self.one_of(K, &id, "最小文字数", 30, &["8", "13", "6", "10"], Some("設定出力"));
            self.one_of(K, &id, "PINの最小桁数", 60, &["該当なし", "4", "6"], None);
            for word in [
                "英数字の混在",
                "推測しやすい語の禁止",
                "使い回しの禁止",
                "復元できない保存",
                "担当者に推定されない管理",
                "連続失敗時のロック",
                "IDの台帳",
            ] {
                self.one_of(K, &id, word, 80, &["あり", "なし"], Some("設定出力"));
            }
            self.one_of(K, &id, "13文字の設定", 60, &["できる", "できない"], None);
            self.one_of(K, &id, "上限の文字数での設定", 50, &["はい", "いいえ"], None);
            self.one_of(K, &id, "IDの棚卸し", 40, &["実施", "未実施"], Some("文書"));
            self.one_of(K, &id, "不要なIDの削除", 60, &["実施", "未実施"], None);
            self.one_of(K, &id, "ID管理の手順", 40, &["あり", "なし"], Some("文書"));
        }
    }
}
