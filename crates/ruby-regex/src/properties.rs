//! The character properties of Ruby 3.1, which follow Unicode 13.
//!
//! The names are those of <https://github.com/ruby/ruby/blob/ruby_3_1/doc/regexp.rdoc> and of `enc/unicode` there.

use crate::cursor::{Cursor, slice_or_empty};
use crate::error::{Fault, RegexErrorKind};

/// Reads the property that `\p{` at `start` opens, from behind the brace on.
pub(crate) fn read(cursor: &mut Cursor<'_>, start: usize) -> Result<(), Fault> {
    cursor.eat('^');
    let from = cursor.at;
    loop {
        let end = cursor.at;
        match cursor.bump() {
            Some('}') if is_known(slice_or_empty(cursor.text, from..end)) => return Ok(()),
            Some('}' | '(' | ')' | '{' | '|') => {
                let name = slice_or_empty(cursor.text, from..end).to_owned();
                return Err(Fault::new(RegexErrorKind::UnknownProperty { name }, from..end));
            }
            Some(_) => {}
            None => return Err(Fault::new(RegexErrorKind::UnclosedProperty, start..end)),
        }
    }
}

/// Whether Ruby knows the property; case, spaces, `-` and `_` make no difference.
fn is_known(name: &str) -> bool {
    if !name.is_ascii() {
        return false;
    }
    let mut plain: String = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect();
    plain.make_ascii_lowercase();
    !plain.contains('\n') && !plain.is_empty() && is_listed(&plain)
}

/// Binary search over the bytes of the list; every step looks at the line around the middle.
fn is_listed(name: &str) -> bool {
    let (mut low, mut high) = (0, PROPERTIES.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = slice_or_empty(PROPERTIES, low..middle).rfind('\n').map_or(low, |at| low + at + 1);
        let end = slice_or_empty(PROPERTIES, middle..high).find('\n').map_or(high, |at| middle + at);
        match slice_or_empty(PROPERTIES, start..end).cmp(name) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = high.min(end + 1),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

/// General categories, scripts, derived properties, ages, blocks and their
/// short names, one a line and sorted by bytes.
const PROPERTIES: &str = "\
    adlam\nadlm\nage=1.1\nage=10.0\nage=11.0\nage=12.0\nage=12.1\nage=13.0\nage=2.0\nage=2.1\n\
    age=3.0\nage=3.1\nage=3.2\nage=4.0\nage=4.1\nage=5.0\nage=5.1\nage=5.2\nage=6.0\nage=6.1\n\
    age=6.2\nage=6.3\nage=7.0\nage=8.0\nage=9.0\naghb\nahex\nahom\nalnum\nalpha\nalphabetic\n\
    anatolianhieroglyphs\nany\narab\narabic\narmenian\narmi\narmn\nascii\nasciihexdigit\nassigned\n\
    avestan\navst\nbali\nbalinese\nbamu\nbamum\nbass\nbassavah\nbatak\nbatk\nbeng\nbengali\n\
    bhaiksuki\nbhks\nbidic\nbidicontrol\nblank\nbopo\nbopomofo\nbrah\nbrahmi\nbrai\nbraille\nbugi\n\
    buginese\nbuhd\nbuhid\nc\ncakm\ncanadianaboriginal\ncans\ncari\ncarian\ncased\ncasedletter\n\
    caseignorable\ncaucasianalbanian\ncc\ncf\nchakma\ncham\nchangeswhencasefolded\n\
    changeswhencasemapped\nchangeswhenlowercased\nchangeswhentitlecased\nchangeswhenuppercased\ncher\n\
    cherokee\nchorasmian\nchrs\nci\nclosepunctuation\ncn\ncntrl\nco\ncombiningmark\ncommon\n\
    connectorpunctuation\ncontrol\ncopt\ncoptic\ncprt\ncs\ncuneiform\ncurrencysymbol\ncwcf\ncwcm\n\
    cwl\ncwt\ncwu\ncypriot\ncyrillic\ncyrl\ndash\ndashpunctuation\ndecimalnumber\n\
    defaultignorablecodepoint\ndep\ndeprecated\ndeseret\ndeva\ndevanagari\ndi\ndia\ndiacritic\ndiak\n\
    digit\ndivesakuru\ndogr\ndogra\ndsrt\ndupl\nduployan\nebase\necomp\negyp\negyptianhieroglyphs\n\
    elba\nelbasan\nelym\nelymaic\nemod\nemoji\nemojicomponent\nemojimodifier\nemojimodifierbase\n\
    emojipresentation\nenclosingmark\nepres\nethi\nethiopic\next\nextendedpictographic\nextender\n\
    extpict\nfinalpunctuation\nformat\ngeor\ngeorgian\nglag\nglagolitic\ngong\ngonm\ngoth\ngothic\n\
    gran\ngrantha\ngraph\ngraphemebase\ngraphemeclusterbreak=control\ngraphemeclusterbreak=cr\n\
    graphemeclusterbreak=extend\ngraphemeclusterbreak=l\ngraphemeclusterbreak=lf\n\
    graphemeclusterbreak=lv\ngraphemeclusterbreak=lvt\ngraphemeclusterbreak=prepend\n\
    graphemeclusterbreak=regionalindicator\ngraphemeclusterbreak=spacingmark\ngraphemeclusterbreak=t\n\
    graphemeclusterbreak=v\ngraphemeclusterbreak=zwj\ngraphemeextend\ngraphemelink\ngrbase\ngreek\n\
    grek\ngrext\ngrlink\ngujarati\ngujr\ngunjalagondi\ngurmukhi\nguru\nhan\nhang\nhangul\nhani\n\
    hanifirohingya\nhano\nhanunoo\nhatr\nhatran\nhebr\nhebrew\nhex\nhexdigit\nhira\nhiragana\nhluw\n\
    hmng\nhmnp\nhung\nhyphen\nidc\nidcontinue\nideo\nideographic\nids\nidsb\nidsbinaryoperator\nidst\n\
    idstart\nidstrinaryoperator\nimperialaramaic\ninadlam\ninaegeannumbers\ninahom\n\
    inalchemicalsymbols\ninalphabeticpresentationforms\ninanatolianhieroglyphs\n\
    inancientgreekmusicalnotation\ninancientgreeknumbers\ninancientsymbols\ninarabic\n\
    inarabicextendeda\ninarabicmathematicalalphabeticsymbols\ninarabicpresentationformsa\n\
    inarabicpresentationformsb\ninarabicsupplement\ninarmenian\ninarrows\ninavestan\ninbalinese\n\
    inbamum\ninbamumsupplement\ninbasiclatin\ninbassavah\ninbatak\ninbengali\ninbhaiksuki\n\
    inblockelements\ninbopomofo\ninbopomofoextended\ninboxdrawing\ninbrahmi\ninbraillepatterns\n\
    inbuginese\ninbuhid\ninbyzantinemusicalsymbols\nincarian\nincaucasianalbanian\ninchakma\nincham\n\
    incherokee\nincherokeesupplement\ninchesssymbols\ninchorasmian\nincjkcompatibility\n\
    incjkcompatibilityforms\nincjkcompatibilityideographs\nincjkcompatibilityideographssupplement\n\
    incjkradicalssupplement\nincjkstrokes\nincjksymbolsandpunctuation\nincjkunifiedideographs\n\
    incjkunifiedideographsextensiona\nincjkunifiedideographsextensionb\n\
    incjkunifiedideographsextensionc\nincjkunifiedideographsextensiond\n\
    incjkunifiedideographsextensione\nincjkunifiedideographsextensionf\n\
    incjkunifiedideographsextensiong\nincombiningdiacriticalmarks\n\
    incombiningdiacriticalmarksextended\nincombiningdiacriticalmarksforsymbols\n\
    incombiningdiacriticalmarkssupplement\nincombininghalfmarks\nincommonindicnumberforms\n\
    incontrolpictures\nincoptic\nincopticepactnumbers\nincountingrodnumerals\nincuneiform\n\
    incuneiformnumbersandpunctuation\nincurrencysymbols\nincypriotsyllabary\nincyrillic\n\
    incyrillicextendeda\nincyrillicextendedb\nincyrillicextendedc\nincyrillicsupplement\nindeseret\n\
    indevanagari\nindevanagariextended\nindingbats\nindivesakuru\nindogra\nindominotiles\ninduployan\n\
    inearlydynasticcuneiform\ninegyptianhieroglyphformatcontrols\ninegyptianhieroglyphs\ninelbasan\n\
    inelymaic\ninemoticons\ninenclosedalphanumerics\ninenclosedalphanumericsupplement\n\
    inenclosedcjklettersandmonths\ninenclosedideographicsupplement\ninethiopic\ninethiopicextended\n\
    inethiopicextendeda\ninethiopicsupplement\ningeneralpunctuation\ningeometricshapes\n\
    ingeometricshapesextended\ningeorgian\ningeorgianextended\ningeorgiansupplement\ninglagolitic\n\
    inglagoliticsupplement\ningothic\ningrantha\ningreekandcoptic\ningreekextended\ningujarati\n\
    ingunjalagondi\ningurmukhi\ninhalfwidthandfullwidthforms\ninhangulcompatibilityjamo\n\
    inhanguljamo\ninhanguljamoextendeda\ninhanguljamoextendedb\ninhangulsyllables\ninhanifirohingya\n\
    inhanunoo\ninhatran\ninhebrew\ninherited\ninhighprivateusesurrogates\ninhighsurrogates\n\
    inhiragana\ninideographicdescriptioncharacters\ninideographicsymbolsandpunctuation\n\
    inimperialaramaic\ninindicsiyaqnumbers\nininscriptionalpahlavi\nininscriptionalparthian\n\
    inipaextensions\ninitialpunctuation\ninjavanese\ninkaithi\ninkanaextendeda\ninkanasupplement\n\
    inkanbun\ninkangxiradicals\ninkannada\ninkatakana\ninkatakanaphoneticextensions\ninkayahli\n\
    inkharoshthi\ninkhitansmallscript\ninkhmer\ninkhmersymbols\ninkhojki\ninkhudawadi\ninlao\n\
    inlatin1supplement\ninlatinextendeda\ninlatinextendedadditional\ninlatinextendedb\n\
    inlatinextendedc\ninlatinextendedd\ninlatinextendede\ninlepcha\ninletterlikesymbols\ninlimbu\n\
    inlineara\ninlinearbideograms\ninlinearbsyllabary\ninlisu\ninlisusupplement\ninlowsurrogates\n\
    inlycian\ninlydian\ninmahajani\ninmahjongtiles\ninmakasar\ninmalayalam\ninmandaic\ninmanichaean\n\
    inmarchen\ninmasaramgondi\ninmathematicalalphanumericsymbols\ninmathematicaloperators\n\
    inmayannumerals\ninmedefaidrin\ninmeeteimayek\ninmeeteimayekextensions\ninmendekikakui\n\
    inmeroiticcursive\ninmeroitichieroglyphs\ninmiao\ninmiscellaneousmathematicalsymbolsa\n\
    inmiscellaneousmathematicalsymbolsb\ninmiscellaneoussymbols\ninmiscellaneoussymbolsandarrows\n\
    inmiscellaneoussymbolsandpictographs\ninmiscellaneoustechnical\ninmodi\ninmodifiertoneletters\n\
    inmongolian\ninmongoliansupplement\ninmro\ninmultani\ninmusicalsymbols\ninmyanmar\n\
    inmyanmarextendeda\ninmyanmarextendedb\ninnabataean\ninnandinagari\ninnewa\ninnewtailue\ninnko\n\
    innoblock\ninnumberforms\ninnushu\ninnyiakengpuachuehmong\ninogham\ninolchiki\ninoldhungarian\n\
    inolditalic\ninoldnortharabian\ninoldpermic\ninoldpersian\ninoldsogdian\ninoldsoutharabian\n\
    inoldturkic\ninopticalcharacterrecognition\ninoriya\ninornamentaldingbats\ninosage\ninosmanya\n\
    inottomansiyaqnumbers\ninpahawhhmong\ninpalmyrene\ninpaucinhau\ninphagspa\ninphaistosdisc\n\
    inphoenician\ninphoneticextensions\ninphoneticextensionssupplement\ninplayingcards\n\
    inprivateusearea\ninpsalterpahlavi\ninrejang\ninruminumeralsymbols\ninrunic\ninsamaritan\n\
    insaurashtra\ninscriptionalpahlavi\ninscriptionalparthian\ninsharada\ninshavian\n\
    inshorthandformatcontrols\ninsiddham\ninsinhala\ninsinhalaarchaicnumbers\ninsmallformvariants\n\
    insmallkanaextension\ninsogdian\ninsorasompeng\ninsoyombo\ninspacingmodifierletters\ninspecials\n\
    insundanese\ninsundanesesupplement\ninsuperscriptsandsubscripts\ninsupplementalarrowsa\n\
    insupplementalarrowsb\ninsupplementalarrowsc\ninsupplementalmathematicaloperators\n\
    insupplementalpunctuation\ninsupplementalsymbolsandpictographs\ninsupplementaryprivateuseareaa\n\
    insupplementaryprivateuseareab\ninsuttonsignwriting\ninsylotinagri\n\
    insymbolsandpictographsextendeda\ninsymbolsforlegacycomputing\ninsyriac\ninsyriacsupplement\n\
    intagalog\nintagbanwa\nintags\nintaile\nintaitham\nintaiviet\nintaixuanjingsymbols\nintakri\n\
    intamil\nintamilsupplement\nintangut\nintangutcomponents\nintangutsupplement\nintelugu\ninthaana\n\
    inthai\nintibetan\nintifinagh\nintirhuta\nintransportandmapsymbols\ninugaritic\n\
    inunifiedcanadianaboriginalsyllabics\ninunifiedcanadianaboriginalsyllabicsextended\ninvai\n\
    invariationselectors\ninvariationselectorssupplement\ninvedicextensions\ninverticalforms\n\
    inwancho\ninwarangciti\ninyezidi\ninyijinghexagramsymbols\ninyiradicals\ninyisyllables\n\
    inzanabazarsquare\nital\njava\njavanese\njoinc\njoincontrol\nkaithi\nkali\nkana\nkannada\n\
    katakana\nkayahli\nkhar\nkharoshthi\nkhitansmallscript\nkhmer\nkhmr\nkhoj\nkhojki\nkhudawadi\n\
    kits\nknda\nkthi\nl\nlana\nlao\nlaoo\nlatin\nlatn\nlc\nlepc\nlepcha\nletter\nletternumber\nlimb\n\
    limbu\nlina\nlinb\nlineara\nlinearb\nlineseparator\nlisu\nll\nlm\nlo\nloe\nlogicalorderexception\n\
    lower\nlowercase\nlowercaseletter\nlt\nlu\nlyci\nlycian\nlydi\nlydian\nm\nmahajani\nmahj\nmaka\n\
    makasar\nmalayalam\nmand\nmandaic\nmani\nmanichaean\nmarc\nmarchen\nmark\nmasaramgondi\nmath\n\
    mathsymbol\nmc\nme\nmedefaidrin\nmedf\nmeeteimayek\nmend\nmendekikakui\nmerc\nmero\n\
    meroiticcursive\nmeroitichieroglyphs\nmiao\nmlym\nmn\nmodi\nmodifierletter\nmodifiersymbol\nmong\n\
    mongolian\nmro\nmroo\nmtei\nmult\nmultani\nmyanmar\nmymr\nn\nnabataean\nnand\nnandinagari\nnarb\n\
    nbat\nnchar\nnd\nnewa\nnewtailue\nnko\nnkoo\nnl\nno\nnoncharactercodepoint\nnonspacingmark\nnshu\n\
    number\nnushu\nnyiakengpuachuehmong\noalpha\nodi\nogam\nogham\nogrext\noidc\noids\nolchiki\nolck\n\
    oldhungarian\nolditalic\noldnortharabian\noldpermic\noldpersian\noldsogdian\noldsoutharabian\n\
    oldturkic\nolower\nomath\nopenpunctuation\noriya\norkh\norya\nosage\nosge\nosma\nosmanya\nother\n\
    otheralphabetic\notherdefaultignorablecodepoint\nothergraphemeextend\notheridcontinue\n\
    otheridstart\notherletter\notherlowercase\nothermath\nothernumber\notherpunctuation\nothersymbol\n\
    otheruppercase\noupper\np\npahawhhmong\npalm\npalmyrene\nparagraphseparator\npatsyn\n\
    patternsyntax\npatternwhitespace\npatws\npauc\npaucinhau\npc\npcm\npd\npe\nperm\npf\nphag\n\
    phagspa\nphli\nphlp\nphnx\nphoenician\npi\nplrd\npo\nprependedconcatenationmark\nprint\n\
    privateuse\nprti\nps\npsalterpahlavi\npunct\npunctuation\nqaac\nqaai\nqmark\nquotationmark\n\
    radical\nregionalindicator\nrejang\nri\nrjng\nrohg\nrunic\nrunr\ns\nsamaritan\nsamr\nsarb\nsaur\n\
    saurashtra\nsc\nsd\nsentenceterminal\nseparator\nsgnw\nsharada\nshavian\nshaw\nshrd\nsidd\n\
    siddham\nsignwriting\nsind\nsinh\nsinhala\nsk\nsm\nso\nsoftdotted\nsogd\nsogdian\nsogo\nsora\n\
    sorasompeng\nsoyo\nsoyombo\nspace\nspaceseparator\nspacingmark\nsterm\nsund\nsundanese\n\
    surrogate\nsylo\nsylotinagri\nsymbol\nsyrc\nsyriac\ntagalog\ntagb\ntagbanwa\ntaile\ntaitham\n\
    taiviet\ntakr\ntakri\ntale\ntalu\ntamil\ntaml\ntang\ntangut\ntavt\ntelu\ntelugu\nterm\n\
    terminalpunctuation\ntfng\ntglg\nthaa\nthaana\nthai\ntibetan\ntibt\ntifinagh\ntirh\ntirhuta\n\
    titlecaseletter\nugar\nugaritic\nuideo\nunassigned\nunifiedideograph\nunknown\nupper\nuppercase\n\
    uppercaseletter\nvai\nvaii\nvariationselector\nvs\nwancho\nwara\nwarangciti\nwcho\nwhitespace\n\
    word\nwspace\nxdigit\nxidc\nxidcontinue\nxids\nxidstart\nxpeo\nxposixpunct\nxsux\nyezi\nyezidi\n\
    yi\nyiii\nz\nzanabazarsquare\nzanb\nzinh\nzl\nzp\nzs\nzyyy\nzzzz";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_found_whole() {
        assert!(PROPERTIES.lines().is_sorted());
        assert!(PROPERTIES.lines().all(is_known));
        assert_eq!(PROPERTIES.lines().count(), 858);
    }

    #[test]
    fn spelling_is_free_but_names_are_not() {
        for name in ["Alpha", "General-Category", "Old_Italic", "old italic", "age=6.0", "In_Basic_Latin"] {
            assert_eq!(is_known(name), name != "General-Category", "{name}");
        }
        for name in ["", "Nope", "al", "alph", "alphabeti", "alpha\nbetic", "\u{e9}", "zzzzz", "\n"] {
            assert!(!is_known(name), "{name}");
        }
    }
}
