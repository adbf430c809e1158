//! The words of the command line, in Japanese.

use crate::End;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::path::PathBuf;

const TEMPLATE: &str = "{about}\n\n使い方: {usage}\n\n{all-args}{after-help}\n";

/// 医療情報システムの安全管理ガイドラインで、施設を自己点検します。
#[derive(Parser, Debug)]
#[command(
    name = "yagura",
    version,
    about = "医療情報システムの安全管理ガイドラインで、施設を自己点検します。",
    help_template = TEMPLATE,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    next_help_heading = "指定",
    after_help = "\n終わりの番号: 0 点検した  1 入力が悪い  2 使い方が違う  3 内部の誤り  10 --fail-on の結果があった"
)]
pub(crate) struct Cli {
    /// 規則集のフォルダ(書かなければ内蔵の規則集)
    #[arg(long, value_name = "フォルダ", global = true)]
    pub(crate) rulebook: Option<PathBuf>,
    /// 語彙のフォルダ(書かなければ内蔵の語彙)
    #[arg(long, value_name = "フォルダ", global = true)]
    pub(crate) vocabulary: Option<PathBuf>,
    /// この説明を出す
    #[arg(short = 'h', long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// 版を出す
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// 施設の事実(.facts か .json)を点検し、わけを示す
    #[command(help_template = TEMPLATE, next_help_heading = "指定")]
    Judge(Judge),
    /// 規則集を調べる
    #[command(help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Rulebook {
        #[command(subcommand)]
        command: RulebookCommand,
    },
    /// 事実のファイルを調べる
    #[command(help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令")]
    Facts {
        #[command(subcommand)]
        command: FactsCommand,
    },
    /// 足りないことを、少ない問いで聞き、答えを書きためる
    #[command(help_template = TEMPLATE, next_help_heading = "指定")]
    Ask(Ask),
    /// フォルダの施設をまとめて数え、どの施設があてはまるかを探す
    #[command(help_template = TEMPLATE, next_help_heading = "指定")]
    Census(Census),
    /// もし変えたらどうなるかを見る(事実のファイルは変えない)
    #[command(help_template = TEMPLATE, next_help_heading = "指定")]
    WhatIf(WhatIf),
    /// 見本(みほん県の40施設)を点検する
    #[command(help_template = TEMPLATE)]
    Demo {
        /// 基準日(書かなければ今日)
        #[arg(long, value_name = "日付")]
        on: Option<String>,
    },
    /// 次の更改(機器の入替え)の注文に入れることを並べる
    #[command(help_template = TEMPLATE, next_help_heading = "指定")]
    Renewal(Renewal),
}

#[derive(Args, Debug)]
pub(crate) struct Judge {
    /// 事実のファイル
    #[arg(required = true, value_name = "ファイル")]
    pub(crate) files: Vec<PathBuf>,
    /// ガイドラインの版
    #[arg(long, default_value = "latest", value_name = "版", hide_default_value = true)]
    pub(crate) edition: String,
    /// 基準日(書かなければ今日)
    #[arg(long, value_name = "日付")]
    pub(crate) on: Option<String>,
    /// この編だけを出す
    #[arg(long, value_name = "編")]
    pub(crate) part: Option<String>,
    /// この項目のわけを出す(例 7.0/operations/14-05、運14⑤)
    #[arg(long, value_name = "項目")]
    pub(crate) explain: Option<String>,
    /// まとめた編も、全部開く
    #[arg(long)]
    pub(crate) full: bool,
    /// 出し方: text、json、html(印刷できる紙)
    #[arg(long, default_value = "text", value_name = "形", hide_default_value = true)]
    pub(crate) format: String,
    /// html の紙を書くフォルダ(施設ごとに一枚、項目ごとに一枚。紙どうしはリンクする)
    #[arg(long, value_name = "フォルダ")]
    pub(crate) out: Option<PathBuf>,
    /// この結果があれば、10で終わる(例 未遵守)
    #[arg(long, value_name = "結果")]
    pub(crate) fail_on: Option<String>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum RulebookCommand {
    /// 規則・例・凍結を確かめる
    #[command(help_template = TEMPLATE)]
    Check {
        /// 直すとよい所(同じ事実を二度読むなど)も出す
        #[arg(long)]
        lint: bool,
    },
    /// 規則ファイルの書き方をそろえる
    #[command(help_template = TEMPLATE)]
    Format {
        /// 規則ファイル
        #[arg(required = true, value_name = "ファイル")]
        files: Vec<PathBuf>,
        /// 書き換えず、そろっているかだけを見る
        #[arg(long)]
        check: bool,
    },
    /// 一つの項目を読む
    #[command(help_template = TEMPLATE)]
    Show {
        /// 項目(例 7.0/operations/14-05、運14⑤)
        #[arg(value_name = "項目")]
        item: String,
        /// ガイドラインの版
        #[arg(long, default_value = "latest", value_name = "版", hide_default_value = true)]
        edition: String,
    },
    /// 項目を並べる
    #[command(help_template = TEMPLATE)]
    List {
        /// ガイドラインの版
        #[arg(long, default_value = "latest", value_name = "版", hide_default_value = true)]
        edition: String,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum FactsCommand {
    /// 事実のファイルを確かめる
    #[command(help_template = TEMPLATE)]
    Check {
        /// 事実のファイル
        #[arg(required = true, value_name = "ファイル")]
        files: Vec<PathBuf>,
    },
    /// 書き方をそろえる
    #[command(help_template = TEMPLATE)]
    Format {
        /// 事実のファイル
        #[arg(required = true, value_name = "ファイル")]
        files: Vec<PathBuf>,
        /// 書き換えず、そろっているかだけを見る
        #[arg(long)]
        check: bool,
        /// 書き換えず、JSONで出す
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Renewal {
    /// 事実のファイル
    #[arg(required = true, value_name = "ファイル")]
    pub(crate) file: PathBuf,
    /// 基準日(書かなければ今日)
    #[arg(long, value_name = "日付")]
    pub(crate) on: Option<String>,
    /// 出し方: text か json
    #[arg(long, default_value = "text", value_name = "形", hide_default_value = true)]
    pub(crate) format: String,
}

#[derive(Args, Debug)]
pub(crate) struct Census {
    /// 事実のファイル(.facts か .json)を置いたフォルダ
    #[arg(required = true, value_name = "フォルダ")]
    pub(crate) folder: PathBuf,
    /// ガイドラインの版
    #[arg(long, default_value = "latest", value_name = "版", hide_default_value = true)]
    pub(crate) edition: String,
    /// 基準日(書かなければ今日)
    #[arg(long, value_name = "日付")]
    pub(crate) on: Option<String>,
    /// 施設のこの語で分けて数える(例 保健所、都道府県、種別)
    #[arg(long, value_name = "語")]
    pub(crate) by: Option<String>,
    /// この結果の施設を探す(例 運14⑤@2027-04-01=未遵守)。いくつも並べられる
    #[arg(long = "where", value_name = "項目=結果")]
    pub(crate) conditions: Vec<String>,
    /// 規則の形で書いた質問に、満たさない施設を探す
    #[arg(long, value_name = "ファイル")]
    pub(crate) question: Vec<PathBuf>,
    /// この名の製品がある施設を探す
    #[arg(long, value_name = "名前")]
    pub(crate) product: Vec<String>,
    /// 国の目標の、現状と差を出す
    #[arg(long)]
    pub(crate) targets: bool,
    /// 公表用。施設の名を出さず、小さい数をかくす
    #[arg(long)]
    pub(crate) published: bool,
    /// 出し方: text か json
    #[arg(long, default_value = "text", value_name = "形", hide_default_value = true)]
    pub(crate) format: String,
}

/// Reads the command line.
pub(crate) fn read() -> Result<Cli, End> {
    let mut command = Cli::command();
    command.build();
    let command = japanese(command);
    match command.try_get_matches().and_then(|m| Cli::from_arg_matches(&m)) {
        Ok(cli) => Ok(cli),
        Err(e) => match e.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Err(End::Done(e.render().to_string(), 0)),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
                Err(End::Usage(format!("{}\n", e.render())))
            }
            _ => Err(End::Usage(usage(&e))),
        },
    }
}

/// Japanese headings and usage line instead of the library's English ones.
fn japanese(mut command: clap::Command) -> clap::Command {
    let line = command.render_usage().to_string();
    let line = line.trim_start_matches("Usage: ").replace("[OPTIONS]", "[指定]");
    let command = command.override_usage(line);
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let command =
        command.mut_args(|a| if a.is_positional() { a.help_heading("引数") } else { a.help_heading("指定") });
    names.into_iter().fold(command, |c, name| c.mut_subcommand(name, japanese))
}

/// A usage error in Japanese: what is wrong and what to do.
fn usage(e: &clap::Error) -> String {
    let get = |kind| match e.get(kind) {
        Some(ContextValue::String(s)) => s.clone(),
        Some(ContextValue::Strings(s)) => s.join("、"),
        _ => String::new(),
    };
    let what = match e.kind() {
        ErrorKind::UnknownArgument => format!("「{}」という指定はありません。", get(ContextKind::InvalidArg)),
        ErrorKind::InvalidSubcommand => {
            format!("「{}」という命令はありません。", get(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("{}がありません。", get(ContextKind::InvalidArg)),
        ErrorKind::InvalidValue => format!("「{}」に値がありません。", get(ContextKind::InvalidArg)),
        ErrorKind::ArgumentConflict => format!("「{}」が二度あります。", get(ContextKind::InvalidArg)),
        _ => "命令の書き方が違います。".to_owned(),
    };
    let like = get(ContextKind::SuggestedArg) + &get(ContextKind::SuggestedSubcommand);
    let like = if like.is_empty() { String::new() } else { format!("「{like}」のことですか?") };
    format!("yagura: {what}{like}\n使い方は「yagura --help」で見られます。\n")
}

#[derive(Args, Debug)]
pub(crate) struct WhatIf {
    /// 事実のファイル
    #[arg(value_name = "ファイル")]
    pub(crate) file: PathBuf,
    /// ガイドラインの版
    #[arg(long, default_value = "latest", value_name = "版", hide_default_value = true)]
    pub(crate) edition: String,
    /// 基準日(書かなければ今日)
    #[arg(long, value_name = "日付")]
    pub(crate) on: Option<String>,
    /// もしこうなら(例 '資産 PC-2 アプリの二要素認証 実施済')。いくつでも書ける
    #[arg(long, value_name = "事実")]
    pub(crate) set: Vec<String>,
    /// このシステムをクラウドに移す
    #[arg(long, value_name = "システム")]
    pub(crate) cloud: Option<String>,
    /// 更新を契約で事業者の責任にする(all か、物の番号)
    #[arg(long, value_name = "all か番号")]
    pub(crate) contract: Option<String>,
    /// このシステムの入替えを、--done-on の日に終える
    #[arg(long, value_name = "システム")]
    pub(crate) renew: Option<String>,
    /// 入替えや移行を終える日
    #[arg(long, value_name = "日付")]
    pub(crate) done_on: Option<String>,
    /// 入替えや移行のとき、二要素認証も入れる(--suppose-two-factor も同じ)
    #[arg(long, alias = "suppose-two-factor")]
    pub(crate) with_two_factor: bool,
    /// この機器をやめる。いくつでも書ける
    #[arg(long, value_name = "機器")]
    pub(crate) retire: Vec<String>,
    /// この項目ができるようになる、最小の変え方を探す
    #[arg(long, value_name = "項目")]
    pub(crate) smallest: Option<String>,
    /// もう一つのファイル(同じ施設の、別の状態)と比べる
    #[arg(long, value_name = "ファイル")]
    pub(crate) with: Option<PathBuf>,
    /// 出し方: text か json
    #[arg(long, default_value = "text", value_name = "形", hide_default_value = true)]
    pub(crate) format: String,
}

#[derive(Args, Debug)]
pub(crate) struct Ask {
    /// 事実のファイル
    #[arg(value_name = "ファイル")]
    pub(crate) file: PathBuf,
    /// ガイドラインの版
    #[arg(long, default_value = "latest", value_name = "版", hide_default_value = true)]
    pub(crate) edition: String,
    /// 基準日(書かなければ今日)
    #[arg(long, value_name = "日付")]
    pub(crate) on: Option<String>,
    /// まとめた編も、全部聞く
    #[arg(long)]
    pub(crate) full: bool,
    /// 出し方: text(順に聞く)か json(聞くことを並べて終わる)
    #[arg(long, default_value = "text", value_name = "形", hide_default_value = true)]
    pub(crate) format: String,
    /// 答えを書くファイル(書かなければ「名前.answered.facts」)
    #[arg(long, value_name = "ファイル")]
    pub(crate) out: Option<PathBuf>,
    /// 答える人
    #[arg(long, default_value = "院長", value_name = "名前", hide_default_value = true)]
    pub(crate) by: String,
}
