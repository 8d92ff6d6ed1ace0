"""Common given names in Latin letters, which distinguish full names in running text from titles.

The list replaces the service's machine learning; it is short on purpose, so that it can be reviewed.
"""

from __future__ import annotations

from simulator.api.macie2.detection.identifier import words

GIVEN_NAMES = frozenset(
    words(
        "aaron, adam, adrian, agnes, alan, albert, alejandro, alessandro, alexander, alexandra, alice, alicia, "
        "amanda, amelia, amy, ana, andrea, andreas, andrew, andré, angela, anita, ann, anna, anne, annette, "
        "anthony, antoine, antonio, arthur, barbara, beatriz, ben, benjamin, bernard, bernd, betty, bob, brandon, "
        "brenda, brian, brigitte, bruno, camille, carl, carla, carlos, carmen, carol, caroline, catherine, cathy, "
        "charles, charlotte, chloe, chris, christian, christina, christine, christopher, claire, clara, claudia, "
        "claus, cynthia, daniel, daniela, david, deborah, denise, dennis, diana, diane, diego, dieter, dominic, "
        "donald, donna, dorothy, douglas, eduardo, edward, elena, elisabeth, elizabeth, ella, ellen, emily, emma, "
        "enrique, eric, erik, ernst, esther, ethan, eva, evelyn, fabian, fatima, felix, fernando, florian, "
        "frances, francesca, francesco, francisco, frank, françois, fred, frederic, gabriel, gary, george, "
        "gerald, gerhard, giulia, giuseppe, gloria, grace, greg, gregory, günter, hannah, hans, harald, harold, "
        "harry, heather, heinz, helen, helena, helga, henri, henry, howard, hugo, ian, ines, ingrid, irene, "
        "isabel, isabella, jack, jacob, jacqueline, jacques, james, jamie, jan, jane, janet, jason, javier, jean, "
        "jeff, jeffrey, jennifer, jens, jeremy, jerry, jessica, joan, joanna, joe, joel, johan, johann, johannes, "
        "john, johnny, jonathan, jorge, joseph, joshua, josé, joyce, juan, juana, judith, judy, julia, julian, "
        "julie, jürgen, karen, karin, karl, katharina, katherine, kathleen, kathryn, katrin, keith, kelly, "
        "kenneth, kevin, kim, klaus, kristin, larry, laura, lauren, laurent, lea, lena, leon, leonardo, lewis, "
        "liam, linda, lisa, lorenzo, louis, louise, lucas, lucia, luca, lucy, luis, luise, lukas, manfred, "
        "manuel, manuela, marc, marco, marcus, margaret, maria, marie, marina, mario, marion, mark, markus, "
        "martha, martin, martina, mary, mateo, matteo, matthew, matthias, maurice, max, maximilian, megan, "
        "melanie, melissa, mia, michael, michel, michelle, miguel, mike, mohammed, mohamed, monica, monika, "
        "nancy, natalie, nathan, nicholas, nicolas, nicole, nina, noah, nora, norbert, oliver, olivia, oscar, "
        "pablo, pamela, paola, patricia, patrick, paul, paula, pauline, pedro, peter, petra, philip, philippe, "
        "pierre, rachel, rafael, rainer, ralf, ralph, ramon, raphael, raul, raymond, rebecca, renate, ricardo, "
        "richard, rita, robert, roberta, roberto, roger, roland, ronald, rosa, rose, ruben, ruth, ryan, sabine, "
        "samantha, samuel, sandra, sara, sarah, scott, sean, sebastian, sergio, sharon, silvia, simon, simone, "
        "sofia, sonia, sophia, sophie, stefan, stefanie, stephanie, stephen, steve, steven, susan, susanne, sven, "
        "sylvia, tanja, teresa, theresa, thomas, tim, timothy, tobias, tom, tony, tyler, ursula, uwe, valentina, "
        "valerie, vanessa, vera, veronica, victor, victoria, vincent, virginia, walter, wanda, wayne, werner, "
        "william, wolfgang, yvonne, zoe"
    )
)
"""The names, in lower case."""
