//! scratch
fn walk(dir:&std::path::Path, root:&std::path::Path, out:&mut Vec<(String,String)>){ let mut es:Vec<_>=std::fs::read_dir(dir).unwrap().map(|e|e.unwrap().path()).collect(); es.sort(); for p in es { if p.is_dir(){walk(&p,root,out)} else { out.push((p.strip_prefix(root).unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&p).unwrap())) } } }
fn main(){
 let mut v=vec![]; walk("vocabulary".as_ref(),"vocabulary".as_ref(),&mut v);
 let voc=match vocabulary::Vocabulary::load(&v){Ok(v)=>v,Err(e)=>{for d in e{println!("{d}")} return}};
 let mut r=vec![]; walk("rulebook".as_ref(),"rulebook".as_ref(),&mut r);
 let book=match rulebook::load(&voc,&r){Ok(v)=>v,Err(e)=>{for d in e{println!("{d}")} return}};
 for e in &book.editions { let rep=judge::examples::run(&voc,&book,e); println!("{} rows {} problems {}",e.id,rep.rows,rep.problems.len()); for d in rep.problems{println!("{d}")} }
 // cases
 let mut c=vec![]; walk("cases".as_ref(),"cases".as_ref(),&mut c);
 let (mut ok,mut bad)=(0,0);
 for (n,t) in c.iter().filter(|(n,_)|n.ends_with(".toml")) {
  let facts=c.iter().find(|(m,_)|*m==n.replace(".toml",".facts")).unwrap();
  let inst=match facts::text::read(&voc,&facts.0,facts.1.as_bytes()){Ok((i,_))=>i,Err(e)=>{for d in e{println!("{d}")} continue}};
  let tv:toml::Value=toml::from_str(t).unwrap();
  for e in tv["expect"].as_array().unwrap() {
    let item=e["item"].as_str().unwrap(); let on=vocabulary::date::parse(e["on"].as_str().unwrap()).unwrap();
    let ed=book.edition(item.split('/').next().unwrap()).unwrap();
    let k=facts::Known::new(&voc,&inst,on,on); let vs=judge::verdicts(&book,ed,&k);
    let mut want:Vec<String>=e["outcomes"].as_array().unwrap().iter().map(|x|x.as_str().unwrap().to_owned()).collect(); want.sort();
    let mut got:Vec<String>= if let Some(i)=ed.rules.iter().position(|r|r.front.id==item){ vs.rules[i].iter().map(|o|o.name().to_owned()).collect() } else { let i=ed.deemings.iter().position(|d|d.front.id==item).unwrap(); let t=vs.eligible[i]; let mut o=vec![]; if t.can_be_true(){o.push("対象".into())} if t.can_be_false(){o.push("対象でない".into())} o };
    got.sort();
    if want==got {ok+=1} else {bad+=1; println!("{n} {item} {on}: want {want:?} got {got:?}  -- {}", e["why"].as_str().unwrap())}
  }}
 println!("cases ok {ok} bad {bad}");
}
