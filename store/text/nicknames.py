"""Short forms of first names: data, one line for each first name with its short forms.

A short form counts for every name that it shortens. Two full names that share one (Alexander,
Alexandra) are still different names. The list is made by hand and kept to forms that hardly mean
anything else; a missing form costs a suggestion, not a mistake.
"""

from typing import Final

_FORMS: Final = """
abigail abby gail
albert al bert bertie
alejandro alex ale jandro
aleksandr alex sasha sanya shura
aleksandra alex sasha sanya ola
aleksey alyosha lyosha
alexander alex al lex sandy xander sascha alec
alexandra alex sandra sandy lexi ally
alexandre alex xande
alfred al fred alf
amanda mandy
andre dede
andreas andi andy
andrew andy drew
andrey andrej andriy
angela angie
anna annie anya ania
anne annie
anthony tony
antonio toni tony tonio tono toninho
arthur art artie
augustus gus
barbara barb babs basia
bartholomew bart
benedict ben
benjamin ben benny benji
bernard bernie
bernhard berni
bruno bru
caroline carrie caro
carolina carol caro
catherine cathy cate cat kate katie cath
cecilia cece cissi
charles charlie chuck chaz
charlotte charlie lotte lottie
christian chris
christina chris tina chrissy
christine chris chrissy
christoph chris
christopher chris kit topher
claudia claudi
cornelius neil con
cynthia cindy
daniel dan danny dani
daniela dani
david dave davey
deborah deb debbie
dennis denny
diego didi
dimitri dima mitya
dmitry dima mitya
dominic dom nick
donald don donny
dorothy dot dottie dolly
douglas doug
edmund ed ned
eduardo edu dudu
edward ed eddie ned ted teddy
ekaterina katya
eleanor ellie nell nora
elena lena
elizabeth liz lizzie beth betty eliza lisa libby
elisabeth liz lisa lisbeth sissi
emily em emmy
emmanuel manny manu
ernest ernie
eugene gene
evgeny zhenya
federico fede
felipe lipe
fernando nando
florian flo
frances fran franny
francesca fran chicca
francesco franco ciccio
francis frank fran
francisco paco pancho chico kiko fran
franklin frank
frederick fred freddy fritz
frederico fred
friedrich fritz fred
gabriel gabe gabi
gabriela gabi
gabrielle gabby
geoffrey geoff
george georgie
gerald gerry jerry
gerard gerry
giovanni gianni vanni
giuseppe beppe peppe pino
gregory greg
guadalupe lupe
guilherme gui
gustav gus
harold harry hal
harriet hattie
helena lena lenka
henrik henke
henry harry hank hal
ignacio nacho
igor gosha
ingeborg inge
irina ira
isabel isa bel
isabella bella izzy isa
jacob jake
jacqueline jackie
james jim jimmy jamie
jan janek
janet jan
jennifer jen jenny
jeremiah jerry
jeremy jerry
jessica jess jessie
joao joca jota
joan joanie
joanna asia jo
johan janne
johann hans hannes
johannes hans hannes jo
john johnny jack
jonathan jon jonny
jorge jorginho
jose pepe ze
josef sepp
joseph joe joey
josephine jo josie
joshua josh
juan juanito
judith judy
julia jule
kamil kamilek
karen kari
karl kalle
karoline karo
katarzyna kasia
katherine kate katie kathy kat kit kay
kathleen kathy kath
kathryn kate kathy katie
katharina kathi kati katha
kenneth ken kenny
konstantin kostya
krzysztof krzysiek
laurence larry
lawrence larry laurie
leonard leo len lenny
lillian lily lil
lorenzo enzo
louis lou louie
louise lou
lucas luke
ludmila lyuda mila
ludwig lutz
luis lucho luisinho
madeline maddie
magdalena magda lena
malgorzata gosia
manuel manolo manu
marcin marcinek
margaret maggie meg peggy marge greta daisy rita
margarita rita
maria mari mia mitzi masha
martha marty
martin marty
mary molly polly
mateusz mati
matthew matt
matthias matze
maximilian max maxi
melissa missy mel
melanie mel
michael mike mick mickey micha michi misha
michal misza
miguel migue
mikhail misha
miriam mimi
nadezhda nadya
nancy nan
natalia nata natasha
natalie nat
nathaniel nate nat
nicholas nick nicky
nicolas nico nick
nikolai kolya
nikolaus klaus nik niko
oksana ksyusha
olga olya
oliver ollie
olivia liv livvy
pamela pam
patricia pat patty tricia trish
patrick pat paddy
paul pauly
pedro pedrinho
penelope penny
per pelle
peter pete
philip phil pip
phillip phil
philippe phil
piotr piotrek
rachel rae
raymond ray
rebecca becky becca
reginald reg reggie
ricardo rick ricky riki
richard rick rick dick rich richie
robert rob bob bobby robbie bert
roberto beto
rodrigo digo
roland rolf
ronald ron ronnie
rosemary rosie
samantha sam
samuel sam sammy
sandra sandi
sara sarita
sarah sally sadie
sebastian seb basti bastian
sergei seryozha
sergey seryozha
simon si
sophia sophie
stanislaw staszek
stefan steff
stefanie steffi
stephanie steph
stephen steve
steven steve
susan sue susie
susanna sanna susi
susanne susi
svetlana sveta
sylvester sly
tatiana tanya
teresa tess terry tere
tatyana tanya
theodore ted teddy theo
theresa tess terry tessa resi
thomas tom tommy
timothy tim timmy
tobias tobi
tomasz tomek
ulrich uli
ulrike uli
valentin vali
valentina vale
valerie val
vasily vasya
veronica ronnie vero
victor vic
victoria vicky tori
vincent vince vinny
vladimir vova volodya
walter walt wally
wilhelm willi
william will bill billy willy liam
wolfgang wolf
yekaterina katya
yuri yura
yulia yulya
zachary zach zack
"""
FULL_FORMS: Final[dict[str, frozenset[str]]] = {}
for _line in _FORMS.split("\n"):
    for _short in _line.split()[1:]:
        _full = _line.split()[0]
        FULL_FORMS[_short] = FULL_FORMS.get(_short, frozenset()) | {_full}
