//! Dates as people in Japan write them.
//!
//! Reads `2026-11-22`, `2026/11/22`, `2026年11月22日`, `R8.11.22`,
//! `令和8年11月22日`, `令和8/11/22` and 元年; full-width digits are folded
//! before. Writes ISO, or 和暦 with 西暦 beside it. A date is a civil day in
//! Japan; there is no time of day and no zone here. Era limits: 令和
//! 2019-05-01, 平成 1989-01-08, 昭和 1926-12-25.

pub use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateProblem {
    /// Not in one of the accepted forms.
    Form,
    /// The form is right but the calendar has no such day.
    NoSuchDay,
    /// The day lies outside the era that is named.
    OutsideEra,
}

impl DateProblem {
    /// What is wrong and what to write, in Japanese.
    pub fn remedy(&self) -> &'static str {
        match self {
            DateProblem::Form => "「2026-11-22」「R8.11.22」「令和8年11月22日」のように書いてください。",
            DateProblem::NoSuchDay => "暦にない日です。月と日を確かめてください。",
            DateProblem::OutsideEra => "その元号にない日です。元号か年を確かめてください。",
        }
    }
}

/// Year, month, day.
type Day = (i16, i8, i8);

/// Name, letter, the year before its first, first day, last day.
const ERAS: [(&str, &str, i16, Day, Day); 3] = [
    ("令和", "R", 2018, (2019, 5, 1), (9999, 12, 31)),
    ("平成", "H", 1988, (1989, 1, 8), (2019, 4, 30)),
    ("昭和", "S", 1925, (1926, 12, 25), (1989, 1, 7)),
];

/// Reads a date in any accepted form.
pub fn parse(text: &str) -> Result<Date, DateProblem> {
    for (kanji, letter, offset, first, last) in ERAS {
        let rest = text
            .strip_prefix(kanji)
            .or_else(|| text.strip_prefix(letter))
            .or_else(|| text.strip_prefix(letter.to_ascii_lowercase().as_str()));
        if let Some(rest) = rest {
            let (y, m, d) = numbers(rest)?;
            let year = y.checked_add(offset).ok_or(DateProblem::NoSuchDay)?;
            let date = make(year, m, d)?;
            let bound = |(y, m, d)| make(y, m, d);
            if y < 1 || date < bound(first)? || date > bound(last)? {
                return Err(DateProblem::OutsideEra);
            }
            return Ok(date);
        }
    }
    let (y, m, d) = numbers(text)?;
    if y < 1000 {
        return Err(DateProblem::Form);
    }
    make(y, m, d)
}

fn make(y: i16, m: i8, d: i8) -> Result<Date, DateProblem> {
    Date::new(y, m, d).map_err(|_| DateProblem::NoSuchDay)
}

/// Year, month and day between separators; the year may be 元.
fn numbers(text: &str) -> Result<(i16, i8, i8), DateProblem> {
    let text = text.strip_suffix('日').unwrap_or(text);
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
    let [y, m, d] = parts.as_slice() else { return Err(DateProblem::Form) };
    let digits = |s: &str| !s.is_empty() && s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit());
    let year = if *y == "元" { "1" } else { y };
    if !digits(year) || !digits(m) || !digits(d) || m.len() > 2 || d.len() > 2 {
        return Err(DateProblem::Form);
    }
    Ok((
        year.parse().map_err(|_| DateProblem::Form)?,
        m.parse().map_err(|_| DateProblem::Form)?,
        d.parse().map_err(|_| DateProblem::Form)?,
    ))
}

/// `令和8年11月22日`; the Gregorian form before 昭和.
pub fn japanese(date: Date) -> String {
    for (kanji, _, offset, first, last) in ERAS {
        let day = (date.year(), date.month(), date.day());
        if day >= first && day <= last {
            let year = date.year() - offset;
            let year = if year == 1 { "元".to_owned() } else { year.to_string() };
            return format!("{kanji}{year}年{}月{}日", date.month(), date.day());
        }
    }
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// The day after, or the last day the calendar holds.
pub fn next_day(date: Date) -> Date {
    date.saturating_add(1.day())
}

/// The date `months` earlier, clamped to the end of a shorter month.
pub fn months_before(date: Date, months: u32) -> Date {
    date.saturating_sub(span(months))
}

/// The date `months` later, clamped to the end of a shorter month.
pub fn months_after(date: Date, months: u32) -> Date {
    date.saturating_add(span(months))
}

fn span(months: u32) -> Span {
    // 12,000 months is beyond any period a rule names and within the calendar.
    Span::new().months(i64::from(months.min(12_000)))
}

/// Days from `a` to `b`; negative when `b` is earlier.
pub fn days_between(a: Date, b: Date) -> i32 {
    a.until(b).map(|s| s.get_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for text in [
            "2026-11-22",
            "2026/11/22",
            "R8.11.22",
            "令和8年11月22日",
            "令和8/11/22",
            "2026年11月22日",
            "r8.11.22",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), "2026-11-22", "{text}");
        }
        assert_eq!(parse("令和元年5月1日").unwrap().to_string(), "2019-05-01");
        assert_eq!(parse("H31.4.30").unwrap().to_string(), "2019-04-30");
        assert_eq!(parse("昭和64年1月7日").unwrap().to_string(), "1989-01-07");
    }

    #[test]
    fn refuses_what_is_no_date() {
        assert_eq!(parse("2026-02-29"), Err(DateProblem::NoSuchDay));
        assert_eq!(parse("令和元年4月30日"), Err(DateProblem::OutsideEra));
        assert_eq!(parse("H31.5.1"), Err(DateProblem::OutsideEra));
        assert_eq!(parse("R0.1.1"), Err(DateProblem::OutsideEra));
        assert_eq!(parse("26-11-22"), Err(DateProblem::Form));
        assert_eq!(parse("来年"), Err(DateProblem::Form));
        assert_eq!(parse("2026-11-22-1"), Err(DateProblem::Form));
    }

    #[test]
    fn months_clamp() {
        let d = parse("2027-03-31").unwrap();
        assert_eq!(months_before(d, 1).to_string(), "2027-02-28");
        assert_eq!(months_after(parse("2027-01-31").unwrap(), 1).to_string(), "2027-02-28");
        assert_eq!(japanese(parse("2019-05-01").unwrap()), "令和元年5月1日");
        assert_eq!(days_between(parse("2026-11-24").unwrap(), parse("2027-04-01").unwrap()), 128);
    }
}
