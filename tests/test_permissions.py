"""Who may do what, as one table: rule × state × actor. y: may; n: may not; s: is asked to sign in.

"theirs" is by the author of the cast, "own" by the actor of the column, "essay" by nobody; "by …" names another one.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import permissions
from app.actor import Actor, Restriction
from app.db import make_engine
from app.models import Action, Debate, DebateState, HouseRule, Role, SanctionKind, User
from app.moderation.items import Participant
from app.permission_terms import Bench, Judge
from app.permissions import Permission
from app.permissions_to_appeal import BY_THEMSELVES
from tests.cast import VISITOR_NAME, actors_of, make_cast
from tests.factories import make_debate

ACTORS = (
    VISITOR_NAME, "newcomer", "member", "author", "debate_moderator", "other_moderator", "host", "site_moderator",
    "administrator", "silenced", "suspended",
)  # fmt: skip

TABLE = """
                                                   vis new mem aut dmo omo hos smo adm sil sus
can_see_debate          open                        y   y   y   y   y   y   y   y   y   y   y
can_see_debate          locked                      y   y   y   y   y   y   y   y   y   y   y
can_see_debate          archived                    y   y   y   y   y   y   y   y   y   y   y
can_see_debate          removed                     n   n   n   n   n   n   n   n   y   n   n
can_argue               removed                     s   n   n   n   n   n   n   n   n   n   n
can_see_debate          draft                       n   n   n   n   n   n   y   n   y   n   n
can_see_results         open                        y   y   y   y   y   y   y   y   y   y   y
can_see_results         open hidden-results         n   n   n   n   n   n   n   n   n   n   n
can_see_results         open hidden-results stance  y   y   y   y   y   y   y   y   y   y   y
can_see_results         locked hidden-results       y   y   y   y   y   y   y   y   y   y   y
can_see_text            theirs                      y   y   y   y   y   y   y   y   y   y   y
can_see_text            theirs withdrawn            y   y   y   y   y   y   y   y   y   y   y
can_see_text            theirs hidden               n   n   n   y   y   n   y   y   y   n   n
can_see_text            own hidden                  n   y   y   y   y   y   y   y   y   y   y
can_see_text            essay hidden                n   n   n   n   y   n   y   y   y   n   n
can_see_text            theirs removed-text         n   n   n   n   y   n   y   y   y   n   n
can_see_text            own removed-text            n   n   n   n   y   n   y   y   y   n   n

can_argue               open                        s   y   y   y   y   y   y   y   y   n   n
can_argue               locked                      s   n   n   n   n   n   n   n   n   n   n
can_argue               archived                    s   n   n   n   n   n   n   n   n   n   n
can_argue               draft                       s   n   n   n   n   n   n   n   n   n   n
can_annotate            open                        s   y   y   y   y   y   y   y   y   n   n
can_annotate            archived                    s   n   n   n   n   n   n   n   n   n   n
can_revise_essay        open                        s   n   n   n   n   n   y   n   y   n   n
can_revise_essay        draft                       s   n   n   n   n   n   y   n   y   n   n
can_revise_essay        locked                      s   n   n   n   n   n   n   n   n   n   n
can_revise_essay        archived                    s   n   n   n   n   n   n   n   n   n   n
can_place_passage       own                         s   y   y   y   y   y   y   y   y   n   n
can_place_passage       theirs                      s   n   n   y   y   n   y   y   y   n   n
can_place_passage       essay                       s   n   n   n   y   n   y   y   y   n   n
can_place_passage       theirs locked               s   n   n   n   n   n   n   n   n   n   n
can_reply               theirs                      s   y   y   y   y   y   y   y   y   n   n
can_reply               essay                       s   y   y   y   y   y   y   y   y   n   n
can_reply               theirs withdrawn            s   y   y   y   y   y   y   y   y   n   n
can_reply               theirs hidden               n   n   n   n   n   n   n   n   n   n   n
can_reply               theirs thread-locked        n   n   n   n   n   n   n   n   n   n   n
can_reply               theirs locked               s   n   n   n   n   n   n   n   n   n   n
can_withdraw_use        own                         s   y   y   y   y   y   y   y   y   y   y
can_withdraw_use        theirs                      s   n   n   y   n   n   n   n   n   n   n
can_take_use_away       theirs                      s   n   n   n   y   n   y   y   y   n   n
can_take_use_away       essay                       s   n   n   n   y   n   y   y   y   n   n
can_take_use_away       own                         s   n   n   n   n   n   n   n   n   n   n
can_take_use_away       by host                     s   n   n   n   n   n   n   y   y   n   n
can_take_use_away       theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_take_use_away       theirs argued alone long    s   n   n   n   y   n   y   y   y   n   n
can_undo                theirs unuse-by-me          s   n   n   n   y   n   y   y   y   n   n
can_withdraw_use        own locked                  s   n   n   n   n   n   n   n   n   n   n
can_edit_argument       own                         s   y   y   y   y   y   y   y   y   n   n
can_edit_argument       theirs                      s   n   n   y   n   n   n   n   n   n   n
can_edit_argument       essay                       s   n   n   n   n   n   n   n   n   n   n
can_edit_argument       own hidden                  s   n   n   n   n   n   n   n   n   n   n
can_edit_argument       own removed-text            s   n   n   n   n   n   n   n   n   n   n
can_edit_argument       own hidden asked            s   y   y   y   y   y   y   y   y   n   n
can_edit_argument       own withdrawn               s   n   n   n   n   n   n   n   n   n   n
can_edit_argument       own thread-locked           s   n   n   n   n   n   n   n   n   n   n
can_edit_argument       own locked                  s   n   n   n   n   n   n   n   n   n   n
can_edit_annotation     own                         s   y   y   y   y   y   y   y   y   n   n
can_edit_annotation     own reply                   s   y   y   y   y   y   y   y   y   n   n
can_edit_annotation     theirs                      s   n   n   y   n   n   n   n   n   n   n
can_edit_annotation     essay                       s   n   n   n   n   n   n   n   n   n   n
can_edit_annotation     own hidden                  s   n   n   n   n   n   n   n   n   n   n
can_edit_annotation     own removed-text            s   n   n   n   n   n   n   n   n   n   n
can_edit_annotation     own hidden asked            s   y   y   y   y   y   y   y   y   n   n
can_edit_annotation     own withdrawn               s   n   n   n   n   n   n   n   n   n   n
can_edit_annotation     own locked                  s   n   n   n   n   n   n   n   n   n   n
can_move_annotation     own                         s   y   y   y   y   y   y   y   y   n   n
can_move_annotation     own reply                   n   n   n   n   n   n   n   n   n   n   n
can_move_annotation     theirs                      s   n   n   y   n   n   n   n   n   n   n
can_move_annotation     own hidden                  s   n   n   n   n   n   n   n   n   n   n
can_move_annotation     own withdrawn               s   n   n   n   n   n   n   n   n   n   n
can_move_annotation     own locked                  s   n   n   n   n   n   n   n   n   n   n
can_reply_to_annotation theirs                      s   y   y   y   y   y   y   y   y   n   n
can_reply_to_annotation own                         s   y   y   y   y   y   y   y   y   n   n
can_reply_to_annotation essay                       s   y   y   y   y   y   y   y   y   n   n
can_reply_to_annotation theirs reply                n   n   n   n   n   n   n   n   n   n   n
can_reply_to_annotation theirs hidden               n   n   n   n   n   n   n   n   n   n   n
can_reply_to_annotation theirs withdrawn            n   n   n   n   n   n   n   n   n   n   n
can_reply_to_annotation theirs archived             s   n   n   n   n   n   n   n   n   n   n
can_resolve_annotation  theirs                      s   n   n   y   n   n   y   n   y   n   n
can_resolve_annotation  own                         s   y   y   y   y   y   y   y   y   n   n
can_resolve_annotation  essay                       s   n   n   n   n   n   y   n   y   n   n
can_resolve_annotation  own reply                   s   n   n   n   n   n   n   n   n   n   n
can_resolve_annotation  own hidden                  s   n   n   n   n   n   n   n   n   n   n
can_resolve_annotation  own withdrawn               s   n   n   n   n   n   n   n   n   n   n
can_resolve_annotation  own locked                  s   n   n   n   n   n   n   n   n   n   n
can_withdraw            own                         s   y   y   y   y   y   y   y   y   y   y
can_withdraw            own hidden                  s   y   y   y   y   y   y   y   y   y   y
can_withdraw            own withdrawn               s   n   n   n   n   n   n   n   n   n   n
can_withdraw            own archived                s   n   n   n   n   n   n   n   n   n   n
can_withdraw            theirs                      s   n   n   y   n   n   n   n   n   n   n
can_concede             own answered                s   y   y   y   y   y   y   y   y   y   y
can_concede             own                         s   n   n   n   n   n   n   n   n   n   n
can_concede             own answered hidden         s   n   n   n   n   n   n   n   n   n   n
can_concede             own answered withdrawn      s   n   n   n   n   n   n   n   n   n   n
can_concede             own answered locked         s   n   n   n   n   n   n   n   n   n   n
can_concede             theirs answered             s   n   n   y   n   n   n   n   n   n   n
can_withdraw_concession own conceded                s   y   y   y   y   y   y   y   y   y   y
can_withdraw_concession own                         s   n   n   n   n   n   n   n   n   n   n
can_withdraw_concession own conceded hidden         s   n   n   n   n   n   n   n   n   n   n
can_withdraw_concession own conceded withdrawn      s   n   n   n   n   n   n   n   n   n   n
can_withdraw_concession own conceded locked         s   n   n   n   n   n   n   n   n   n   n
can_withdraw_concession theirs conceded             s   n   n   y   n   n   n   n   n   n   n
can_accept_steelman     theirs answers-me           s   y   y   n   y   y   y   y   y   y   n
can_accept_steelman     theirs                      s   n   n   n   n   n   n   n   n   n   n
can_accept_steelman     own answers-me              s   n   n   n   n   n   n   n   n   n   n
can_accept_steelman     theirs answers-me hidden    s   n   n   n   n   n   n   n   n   n   n
can_accept_steelman     theirs answers-me withdrawn s   n   n   n   n   n   n   n   n   n   n
can_accept_steelman     theirs answers-me locked    s   n   n   n   n   n   n   n   n   n   n
can_vote_in             open                        s   y   y   y   y   y   y   y   y   y   n
can_vote_in             locked                      s   n   n   n   n   n   n   n   n   n   n
can_vote                theirs                      s   y   y   n   y   y   y   y   y   y   n
can_vote                essay                       s   y   y   y   y   y   y   y   y   y   n
can_vote                own                         s   n   n   n   n   n   n   n   n   n   n
can_vote                theirs hidden               s   n   n   n   n   n   n   n   n   n   n
can_vote                theirs withdrawn            s   n   n   n   n   n   n   n   n   n   n
can_vote                theirs thread-locked        s   y   y   n   y   y   y   y   y   y   n
can_vote                theirs locked               s   n   n   n   n   n   n   n   n   n   n
can_take_stance         open                        s   y   y   y   y   y   y   y   y   y   n
can_take_stance         archived                    s   n   n   n   n   n   n   n   n   n   n
can_credit              theirs                      s   y   y   n   y   y   y   y   y   n   n
can_credit              essay                       s   y   y   y   y   y   y   y   y   n   n
can_credit              own                         s   n   n   n   n   n   n   n   n   n   n
can_credit              theirs hidden               s   n   n   n   n   n   n   n   n   n   n
can_credit              theirs withdrawn            s   y   y   n   y   y   y   y   y   n   n
can_credit              theirs locked               s   n   n   n   n   n   n   n   n   n   n
can_edit_credit         own                         s   y   y   y   y   y   y   y   y   n   n
can_edit_credit         theirs                      s   n   n   y   n   n   n   n   n   n   n
can_edit_credit         essay                       s   n   n   n   n   n   n   n   n   n   n
can_edit_credit         own hidden                  s   n   n   n   n   n   n   n   n   n   n
can_edit_credit         own withdrawn               s   y   y   y   y   y   y   y   y   n   n
can_edit_credit         own locked                  s   n   n   n   n   n   n   n   n   n   n
can_withdraw_credit     open                        s   y   y   y   y   y   y   y   y   y   y
can_withdraw_credit     archived                    s   n   n   n   n   n   n   n   n   n   n
can_flag                theirs                      s   y   y   n   y   y   y   y   y   y   n
can_flag                theirs archived             s   y   y   n   y   y   y   y   y   y   n
can_flag                theirs withdrawn            s   y   y   n   y   y   y   y   y   y   n
can_flag                theirs hidden               s   n   n   n   n   n   n   n   n   n   n
can_flag                own                         s   n   n   n   n   n   n   n   n   n   n
can_flag                essay                       s   y   y   y   y   y   y   y   y   y   n
can_flag                essay from-essay            s   n   n   n   n   n   n   n   n   n   n
can_flag_person         theirs                      s   y   y   n   y   y   y   y   y   y   n
can_flag_person         own                         s   n   n   n   n   n   n   n   n   n   n
can_flag_person         by site_moderator           s   y   y   y   y   y   y   n   y   y   n
can_withdraw_flag       open                        s   y   y   y   y   y   y   y   y   y   y

can_moderate            open                        s   n   n   n   y   n   y   y   y   n   n
can_moderate            archived                    s   n   n   n   y   n   y   y   y   n   n
can_practise            open                        s   n   n   n   y   y   y   y   y   n   n
can_see_queue           open                        s   n   n   n   y   y   y   y   y   n   n
can_report_log          open                        y   y   y   y   y   y   y   y   y   y   y
can_see_log_reports     open                        s   n   n   n   n   n   n   y   y   n   n
can_answer_log_report   theirs                      s   n   n   n   n   n   n   y   y   n   n
can_answer_log_report   own                         s   n   n   n   n   n   n   n   n   n   n
can_answer_log_report   theirs appeals              s   n   n   n   n   n   n   n   n   n   n
can_answer_log_report   theirs voter-me             s   n   n   n   n   n   n   n   n   n   n
can_answer_log_report   theirs voter-me alone       s   n   n   n   n   n   n   n   n   n   n
can_answer_log_report   theirs voter-me alone long  s   n   n   n   n   n   n   y   y   n   n
can_mark                theirs                      s   y   y   n   y   y   y   y   y   n   n
can_mark                own                         s   n   n   n   n   n   n   n   n   n   n
can_mark                essay                       s   n   n   n   n   n   n   n   n   n   n
can_mark                theirs hidden               s   n   n   n   n   n   n   n   n   n   n
can_mark                theirs withdrawn            s   n   n   n   n   n   n   n   n   n   n
can_mark                theirs archived             s   n   n   n   n   n   n   n   n   n   n
can_take_mark_back      own                         s   y   y   y   y   y   y   y   y   y   y
can_take_mark_back      theirs                      s   n   n   y   n   n   n   n   n   n   n
can_note                theirs                      s   n   n   n   y   n   y   y   y   n   n
can_note                own                         s   n   n   n   n   n   n   n   n   n   n
can_note                theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_note                theirs argued alone long    s   n   n   n   y   n   y   y   y   n   n
can_note                by site_moderator           s   n   n   n   y   n   y   n   y   n   n
can_see_reporters       theirs                      s   n   n   n   y   n   y   y   y   n   n
can_see_reporters       own                         s   n   n   n   n   n   n   n   n   n   n
can_lock_thread         theirs                      s   n   n   n   y   n   y   y   y   n   n
can_decide              theirs                      s   n   n   n   y   n   y   y   y   n   n
can_decide              theirs hidden               s   n   n   n   y   n   y   y   y   n   n
can_decide              essay                       s   n   n   n   y   n   y   y   y   n   n
can_decide              own                         s   n   n   n   n   n   n   n   n   n   n
can_decide              by debate_moderator         s   n   n   n   n   n   n   y   y   n   n
can_decide              by host                     s   n   n   n   n   n   n   y   y   n   n
can_decide              by other_moderator          s   n   n   n   y   n   y   y   y   n   n
can_decide              by site_moderator           s   n   n   n   n   n   n   n   y   n   n
can_decide              by administrator            s   n   n   n   n   n   n   n   n   n   n
can_reshape             theirs                      s   n   n   n   y   n   y   y   y   n   n
can_reshape             essay                       s   n   n   n   y   n   y   y   y   n   n
can_reshape             own                         s   n   n   n   n   n   n   n   n   n   n
can_reshape             theirs other-own            s   n   n   n   n   n   n   n   n   n   n
can_reshape             by host                     s   n   n   n   n   n   n   y   y   n   n
can_reshape             by site_moderator           s   n   n   n   n   n   n   n   y   n   n
can_undo                theirs move-by-me           s   n   n   n   y   n   y   y   y   n   n
can_undo                theirs move-by-site_moderator s n   n   n   n   n   n   y   y   n   n
can_undo                own move-by-debate_moderator s  n   n   n   n   n   n   n   n   n   n
can_undo                theirs watch-by-debate_moderator s n n n y n   y   y   y   n   n
can_undo                theirs watch-by-site_moderator s n n n n n     n   y   y   n   n
can_undo                theirs merge-by-me          s   n   n   n   y   n   y   y   y   n   n
can_decide              theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_decide              theirs argued alone         s   n   n   n   n   n   n   n   n   n   n
can_decide              theirs argued alone long    s   n   n   n   y   n   y   y   y   n   n
can_decide              own alone                   s   n   n   n   n   n   n   n   n   n   n
can_decide              own alone long              s   n   n   n   y   n   y   y   y   n   n
can_decide              by site_moderator argued alone long s n n n n   n   n   y   y   n   n
can_judge               theirs                      n   n   n   n   y   n   y   y   y   n   n
can_judge               theirs argued               n   n   n   n   n   n   n   n   n   n   n
can_judge               own alone long              n   y   y   y   y   y   y   y   y   y   y
can_lock_thread         theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_lock_thread         theirs argued alone long    s   n   n   n   y   n   y   y   y   n   n
can_undo                theirs hide-by-me argued    s   n   n   n   n   n   n   n   n   n   n
can_undo                theirs hide-by-me argued alone long s n n n y   n   y   y   y   n   n
can_undo                theirs lock-by-me argued    s   n   n   n   n   n   n   n   n   n   n
can_discount            theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_discount            theirs argued alone long    s   n   n   n   y   n   y   y   y   n   n
can_undo                theirs split-by-me          s   n   n   n   y   n   y   y   y   n   n
can_acknowledge         theirs warn-by-site_moderator s n   n   y   n   n   n   n   n   n   n
can_acknowledge         own warn-by-site_moderator  s   y   y   y   y   y   y   y   y   y   y
can_acknowledge         own hide-by-site_moderator  s   n   n   n   n   n   n   n   n   n   n
can_undo                theirs hide-by-me           s   n   n   n   y   n   y   y   y   n   n
can_undo                theirs hide-by-debate_moderator s n  n   n   y   n   y   y   y   n   n
can_undo                theirs hide-by-site_moderator s n   n   n   n   n   n   y   y   n   n
can_undo                theirs hide-by-administrator s  n   n   n   n   n   n   n   y   n   n
can_undo                own hide-by-me              s   n   n   n   n   n   n   n   n   n   n
can_undo                theirs lock-by-debate_moderator s n  n   n   y   n   y   y   y   n   n
can_undo_some           theirs hide-by-me           s   n   n   n   y   n   y   y   y   n   n
can_undo_some           theirs hide-by-debate_moderator s n  n   n   y   n   y   y   y   n   n
can_undo_some           theirs hide-by-site_moderator s n n   n   n   n   n   y   y   n   n
can_undo_some           theirs hide-by-administrator s  n   n   n   n   n   n   n   y   n   n
can_undo_some           theirs dismiss-by-me        s   n   n   n   y   n   y   y   y   n   n
can_undo_some           own hide-by-me              s   n   n   n   n   n   n   n   n   n   n
can_undo_some           by host hide-by-debate_moderator s n n   n   n   n   n   y   y   n   n
can_undo_some           theirs hide-by-me argued    s   n   n   n   n   n   n   n   n   n   n
can_undo_some           theirs hide-by-me argued alone long s n n n y   n   y   y   y   n   n
can_undo                theirs lock-by-site_moderator s n   n   n   n   n   n   y   y   n   n
can_undo                own lock-by-me              s   n   n   n   y   n   y   y   y   n   n
can_undo                own lock-by-administrator   s   n   n   n   n   n   n   n   y   n   n
can_undo                theirs silence-by-site_moderator s n n   n   n   n   n   y   y   n   n
can_undo                theirs silence-by-administrator s n  n   n   n   n   n   n   y   n   n
can_undo                theirs suspend-by-site_moderator s n n   n   n   n   n   y   y   n   n
can_undo                theirs suspend-by-administrator s n  n   n   n   n   n   n   y   n   n
can_undo                by site_moderator suspend-by-administrator s n n n n n n n   y   n   n
can_undo                essay silence-by-me         n   n   n   n   n   n   n   n   n   n   n
can_undo                theirs discount-by-me       s   n   n   n   y   n   y   y   y   n   n
can_undo                theirs discount-by-site_moderator s n n   n   n   n   n   y   y   n   n
can_undo                own discount-by-me          s   n   n   n   n   n   n   n   n   n   n
can_undo                theirs discount-by-me voter-me s n  n   n   n   n   n   n   n   n   n
can_discount            theirs                      s   n   n   n   y   n   y   y   y   n   n
can_discount            essay                       s   n   n   n   y   n   y   y   y   n   n
can_discount            own                         s   n   n   n   n   n   n   n   n   n   n
can_discount            by host                     s   n   n   n   n   n   n   y   y   n   n
can_discount            by site_moderator           s   n   n   n   n   n   n   n   y   n   n
can_discount            theirs voter-me             s   n   n   n   n   n   n   n   n   n   n
can_discount            theirs voter-host           s   n   n   n   n   n   n   y   y   n   n
can_discount            theirs voter-administrator  s   n   n   n   n   n   n   n   n   n   n
can_take_measures       open                        s   n   n   n   y   n   y   y   y   n   n
can_take_measures       open argued                 s   n   n   n   n   n   n   n   n   n   n
can_take_measures       open argued alone long      s   n   n   n   y   n   y   y   y   n   n
can_remove_debate       open                        s   n   n   n   n   n   n   y   y   n   n
can_remove_debate       open argued                 s   n   n   n   n   n   n   n   n   n   n
can_restrict_in         theirs                      s   n   n   n   y   n   y   y   y   n   n
can_restrict_in         own                         s   n   n   n   n   n   n   n   n   n   n
can_restrict_in         by host                     s   n   n   n   n   n   n   y   y   n   n
can_restrict_in         by administrator            s   n   n   n   n   n   n   n   n   n   n
can_restrict_in         theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_change_role         theirs                      s   n   n   n   n   n   y   y   y   n   n
can_change_role         own                         s   n   n   n   n   n   n   n   n   n   n
can_change_role         by debate_moderator         s   n   n   n   n   n   y   y   y   n   n
can_change_role         by site_moderator           s   n   n   n   n   n   n   n   y   n   n
can_change_role         theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_change_role         by debate_moderator argued  s   n   n   n   n   n   n   n   n   n   n
can_change_role         theirs argued alone         s   n   n   n   n   n   n   n   n   n   n
can_change_role         theirs argued alone long    s   n   n   n   n   n   n   n   y   n   n
can_see_proposals       open                        s   n   n   n   n   n   n   y   y   n   n
can_confirm             theirs                      s   n   n   n   n   n   n   y   y   n   n
can_confirm             theirs voter-me             s   n   n   n   n   n   n   n   n   n   n
can_confirm             theirs voter-me alone       s   n   n   n   n   n   n   n   n   n   n
can_confirm             theirs voter-me alone long  s   n   n   n   n   n   n   y   y   n   n
can_confirm             by site_moderator           s   n   n   n   n   n   n   n   y   n   n
can_confirm             theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_confirm             theirs argued alone long    s   n   n   n   n   n   n   y   y   n   n
can_confirm             own                         s   n   n   n   n   n   n   n   n   n   n
can_confirm             own alone long              s   n   n   n   n   n   n   n   n   n   n
can_confirm             by site_moderator voter-administrator s n n n   n   n   n   n   n   n   n
can_confirm             by site_moderator voter-administrator long s n n n n n n   n   y   n   n
can_see_proposal        theirs                      s   n   n   n   n   n   n   y   y   n   n
can_see_proposal        theirs voter-me             s   y   y   y   y   y   y   y   y   y   n
can_turn_down           theirs                      s   n   n   n   n   n   n   y   y   n   n
can_turn_down           theirs voter-me             s   y   y   y   y   y   y   y   y   y   n
can_turn_down           by site_moderator           s   n   n   n   n   n   n   n   y   n   n
can_turn_down           theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_turn_down           theirs argued alone long    s   n   n   n   n   n   n   n   n   n   n
can_turn_down           own                         s   n   n   n   n   n   n   n   n   n   n
can_turn_down           own alone long              s   n   n   n   n   n   n   n   n   n   n
can_undo                theirs warn-by-debate_moderator s n n   n   y   n   y   y   y   n   n
can_undo                theirs lock_debate-by-host  s   n   n   n   y   n   y   y   y   n   n
can_undo                theirs slow-by-host argued  s   n   n   n   n   n   n   n   n   n   n
can_undo                theirs remove_debate-by-site_moderator s n n n n   n   n   y   y   n   n
can_undo                theirs change_role-by-host  s   n   n   n   n   n   y   y   y   n   n
can_undo                theirs change_role-by-host argued s n n  n   n   n   n   n   n   n   n
can_undo                theirs change_role-by-me argued alone long s n n n n n   n   n   y   n   n
can_undo                own change_role-by-me stepped-down s n n n  n   n   n   n   n   n   n
can_undo                theirs change_role-by-author stepped-down s n n n n n n  n   n   n   n
can_appeal              own hide-by-administrator   s   y   y   y   y   y   y   y   y   y   y
can_appeal              own suspend-by-administrator s  y   y   y   y   y   y   y   y   y   y
can_appeal              own change_role-by-host     s   y   y   y   y   y   y   y   y   y   y
can_appeal              own change_role-by-me stepped-down s n n n  n   n   n   n   n   n   n
can_appeal              theirs hide-by-administrator s  n   n   y   n   n   n   n   n   n   n
can_appeal              essay hide-by-administrator s   n   n   n   n   n   n   n   n   n   n
can_appeal              own restore-by-administrator s  n   n   n   n   n   n   n   n   n   n
can_appeal              own hide-by-administrator old s n   n   n   n   n   n   n   n   n   n
can_appeal              own hide-by-administrator undone s n n  n   n   n   n   n   n   n   n
can_appeal              theirs dismiss-by-administrator s n n   n   n   n   n   n   n   n   n
can_appeal              theirs dismiss-by-administrator flagged s y y y y   y   y   y   y   y   y
can_appeal              theirs discount-by-administrator voter-me s y y y y y y y   y   y   y
can_appeal              theirs discount-by-administrator voter-host s n n y n n y n n   n   n
can_appeal              theirs hide-by-administrator voter-host s n n y n n   n   n   n   n   n
can_appeal              essay remove_debate-by-administrator s n n n n   n   y   n   n   n   n
can_appeal              essay lock_debate-by-host   s   n   n   n   n   n   n   n   n   n   n
can_appeal              essay slow-by-debate_moderator s n  n   n   n   n   y   n   n   n   n
can_answer_appeal       essay remove_debate-by-administrator s n n n n   n   n   n   n   n   n
can_answer_appeal       essay remove_debate-by-site_moderator s n n n n  n   n   n   y   n   n
can_answer_appeal       theirs hide-by-debate_moderator s n n   n   n   n   y   y   y   n   n
can_answer_appeal       theirs hide-by-host         s   n   n   n   y   n   n   y   y   n   n
can_answer_appeal       theirs hide-by-site_moderator s n   n   n   n   n   n   n   y   n   n
can_answer_appeal       theirs hide-by-me           s   n   n   n   n   n   n   n   n   n   n
can_answer_appeal       theirs change_role-by-host  s   n   n   n   n   n   n   y   y   n   n
can_answer_appeal       theirs change_role-by-me    s   n   n   n   n   n   n   n   n   n   n
can_answer_appeal       theirs hide-by-me alone     s   n   n   n   n   n   n   n   n   n   n
can_answer_appeal       theirs hide-by-me alone long s  n   n   n   y   n   y   y   y   n   n
can_answer_appeal       theirs hide-by-host argued  s   n   n   n   n   n   n   n   n   n   n
can_answer_appeal       theirs hide-by-host appeals s   n   n   n   n   n   n   n   n   n   n
can_answer_appeal       own hide-by-host            s   n   n   n   n   n   n   n   n   n   n
can_answer_appeal       by site_moderator hide-by-administrator s n n n n   n   n   n   n   n   n
can_answer_appeal       theirs hide-by-host proposed s  n   n   n   n   n   n   n   n   n   n
can_answer_appeal       theirs hide-by-host reported s  n   n   n   n   n   n   n   n   n   n
can_answer_appeal       theirs hide-by-host reported alone s n n n  n   n   n   n   n   n   n
can_answer_appeal       theirs hide-by-host reported alone long s n n n y n y   y   y   n   n
can_answer_appeal       theirs hide-by-host proposed alone long s n n n y n y   y   y   n   n
can_answer_appeal       theirs change_role-by-host reported s n n n n   n   n   n   n   n   n
can_answer_appeal       theirs dismiss-by-host      s   n   n   n   y   n   n   y   y   n   n
can_answer_appeal       theirs suspend-by-site_moderator s n n  n   n   n   n   n   y   n   n
can_answer_appeal       theirs suspend-by-administrator s n n   n   n   n   n   n   n   n   n
can_sanction            theirs                      s   n   n   n   n   n   n   y   y   n   n
can_sanction            own                         s   n   n   n   n   n   n   n   n   n   n
can_sanction            by host                     s   n   n   n   n   n   n   y   y   n   n
can_sanction            by site_moderator           s   n   n   n   n   n   n   n   y   n   n
can_sanction            by administrator            s   n   n   n   n   n   n   n   n   n   n
can_guard_site          open                        s   n   n   n   n   n   n   y   y   n   n
can_guard_debate        open                        s   n   n   n   y   n   y   y   y   n   n
can_switch              open                        s   n   n   n   n   n   y   n   y   n   n
can_switch              open argued                 s   n   n   n   n   n   n   n   n   n   n
can_switch              open argued alone           s   n   n   n   n   n   n   n   n   n   n
can_switch              open argued alone long      s   n   n   n   n   n   y   n   y   n   n
can_undo                theirs first_posts-by-host  s   n   n   n   n   n   y   n   y   n   n
can_undo                theirs automatic_hiding-by-host s   n   n   n   n   n   y   n   y   n   n
can_be_posted           open                        y   y   y   y   y   y   y   y   y   n   n
can_see_waiting         theirs                      s   n   n   y   y   n   y   y   y   n   n
can_see_waiting         own                         s   y   y   y   y   y   y   y   y   y   y
can_change_waiting      own                         s   y   y   y   y   y   y   y   y   y   n
can_change_waiting      theirs                      s   n   n   y   n   n   n   n   n   n   n
can_change_waiting      own withdrawn               s   n   n   n   n   n   n   n   n   n   n
can_change_waiting      own released                s   n   n   n   n   n   n   n   n   n   n
can_change_waiting      own locked                  s   n   n   n   n   n   n   n   n   n   n
can_withdraw_waiting    own                         s   y   y   y   y   y   y   y   y   y   y
can_withdraw_waiting    own released                s   n   n   n   n   n   n   n   n   n   n
can_withdraw_waiting    theirs                      s   n   n   y   n   n   n   n   n   n   n
can_decide_waiting      theirs                      s   n   n   n   y   n   y   y   y   n   n
can_decide_waiting      own                         s   n   n   n   n   n   n   n   n   n   n
can_decide_waiting      theirs withdrawn            s   n   n   n   n   n   n   n   n   n   n
can_decide_waiting      theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_decide_waiting      theirs argued alone         s   n   n   n   n   n   n   n   n   n   n
can_decide_waiting      theirs argued alone long    s   n   n   n   y   n   y   y   y   n   n
can_invite_moderators   open                        s   n   n   n   n   n   y   n   y   n   n
can_invite_moderators   open argued                 s   n   n   n   n   n   n   n   n   n   n
can_invite_moderators   open argued alone           s   n   n   n   n   n   n   n   n   n   n
can_invite_moderators   open argued alone long      s   n   n   n   n   n   n   n   y   n   n
can_invite              theirs                      s   n   n   n   n   n   y   n   y   n   n
can_invite              own                         s   n   n   n   n   n   n   n   n   n   n
can_invite              by host                     s   n   n   n   n   n   n   n   y   n   n
can_invite              theirs argued               s   n   n   n   n   n   n   n   n   n   n
can_answer_invitation   invited                     s   y   y   y   y   y   y   y   y   y   n
can_answer_invitation   open                        s   n   n   n   n   n   n   n   n   n   n
can_step_down           open                        s   n   n   n   y   n   n   n   n   n   n
can_administer          open                        s   n   n   n   n   n   n   n   y   n   n
can_come_and_go         open                        y   y   y   y   y   y   y   y   y   y   y
can_manage_own_account  open                        s   y   y   y   y   y   y   y   y   y   y
can_change_name         open                        s   y   y   y   y   y   y   y   y   y   n
"""


@dataclass(frozen=True)
class Item:
    debate_id: int
    author_id: int | None
    hidden_by_id: int | None
    withdrawn_at: datetime | None
    parent_id: int | None
    bench: Bench
    is_released: bool = False
    removed_under: HouseRule | None = None
    edit_asked_id: int | None = None


@dataclass(frozen=True)
class Decided:
    action: Action
    debate_id: int
    concerned: Participant | None
    moderator: Participant | None
    bench: Bench
    made_at: datetime
    undone_by_id: int | None
    argument_id: int | None
    proposer_id: int | None
    change: dict[str, str] | None


@dataclass
class State:
    """What the words of a row say, for the actor of a column."""

    debate: Debate
    item: Item
    author: Participant | None
    is_thread_locked: bool
    decision: Decided | None
    has_stance: bool
    has_answers: bool
    is_conceded: bool
    answers_me: bool
    is_invited: bool
    voters: list[Participant]  # Whose votes on the author's arguments are meant.
    other: Item | None  # The argument that theirs would come to.

    has_flagged: bool
    is_from_essay: bool
    appellant_id: int | None

    @property
    def decided(self) -> Decided:
        assert self.decision is not None
        return self.decision

    @property
    def person(self) -> Participant:
        assert self.author is not None
        return self.author


RULES: dict[str, Callable[[Actor, State], Permission]] = {
    "can_see_debate": lambda actor, s: permissions.can_see_debate(actor, s.debate),
    "can_see_results": lambda actor, s: permissions.can_see_results(actor, s.debate, has_stance=s.has_stance),
    "can_see_text": lambda actor, s: permissions.can_see_text(actor, s.item),
    "can_argue": lambda actor, s: permissions.can_argue(actor, s.debate),
    "can_annotate": lambda actor, s: permissions.can_annotate(actor, s.debate),
    "can_revise_essay": lambda actor, s: permissions.can_revise_essay(actor, s.debate),
    "can_place_passage": lambda actor, s: permissions.can_place_passage(actor, s.debate, {s.item.author_id} - {None}),
    "can_reply": lambda actor, s: permissions.can_reply(actor, s.debate, s.item, s.is_thread_locked),
    "can_take_use_away": lambda actor, s: permissions.can_take_use_away(actor, s.item, s.author),
    "can_withdraw_use": lambda actor, s: permissions.can_withdraw_use(actor, s.debate, s.item),
    "can_edit_argument": lambda actor, s: permissions.can_edit_argument(actor, s.debate, s.item, s.is_thread_locked),
    "can_edit_annotation": lambda actor, s: permissions.can_edit_annotation(actor, s.debate, s.item),
    "can_move_annotation": lambda actor, s: permissions.can_move_annotation(actor, s.debate, s.item),
    "can_reply_to_annotation": lambda actor, s: permissions.can_reply_to_annotation(actor, s.debate, s.item),
    "can_resolve_annotation": lambda actor, s: permissions.can_resolve_annotation(actor, s.debate, s.item),
    "can_withdraw": lambda actor, s: permissions.can_withdraw(actor, s.debate, s.item),
    "can_concede": lambda actor, s: permissions.can_concede(actor, s.debate, s.item, has_answers=s.has_answers),
    "can_withdraw_concession": lambda actor, s: permissions.can_withdraw_concession(
        actor, s.debate, s.item, is_conceded=s.is_conceded
    ),
    "can_accept_steelman": lambda actor, s: permissions.can_accept_steelman(
        actor, s.debate, s.item, answered_id=actor.id if s.answers_me else None
    ),
    "can_vote": lambda actor, s: permissions.can_vote(actor, s.debate, s.item),
    "can_vote_in": lambda actor, s: permissions.can_vote_in(actor, s.debate),
    "can_credit": lambda actor, s: permissions.can_credit(actor, s.debate, s.item),
    "can_edit_credit": lambda actor, s: permissions.can_edit_credit(actor, s.debate, s.item),
    "can_withdraw_credit": lambda actor, s: permissions.can_withdraw_credit(actor, s.debate),
    "can_take_stance": lambda actor, s: permissions.can_take_stance(actor, s.debate),
    "can_flag": lambda actor, s: permissions.can_flag(actor, s.debate, s.item, is_from_essay=s.is_from_essay),
    "can_flag_person": lambda actor, s: permissions.can_flag_person(actor, s.person.id),
    "can_withdraw_flag": lambda actor, s: permissions.can_withdraw_flag(actor),
    "can_moderate": lambda actor, s: permissions.can_moderate(actor, s.debate.id),
    "can_practise": lambda actor, s: permissions.can_practise(actor),
    "can_see_queue": lambda actor, s: permissions.can_see_queue(actor),
    "can_report_log": lambda actor, s: permissions.can_report_log(actor),
    "can_see_log_reports": lambda actor, s: permissions.can_see_log_reports(actor),
    "can_answer_log_report": lambda actor, s: permissions.can_answer_log_report(
        actor, {s.item.author_id} - {None}, s.appellant_id, {voter.id for voter in s.voters}, s.item.bench
    ),
    "can_lock_thread": lambda actor, s: permissions.can_lock_thread(actor, s.item),
    "can_judge": lambda actor, s: permissions.can_judge(actor, s.debate.id, s.author, s.item.bench),
    "can_mark": lambda actor, s: permissions.can_mark(actor, s.debate, s.item),
    "can_take_mark_back": lambda actor, s: permissions.can_take_mark_back(actor, s.item.author_id),
    "can_note": lambda actor, s: permissions.can_note(actor, s.item, s.author),
    "can_see_reporters": lambda actor, s: permissions.can_see_reporters(actor, s.item),
    "can_decide": lambda actor, s: permissions.can_decide(actor, s.item, s.author),
    "can_reshape": lambda actor, s: permissions.can_reshape(actor, s.item, s.author, s.other),
    "can_acknowledge": lambda actor, s: permissions.can_acknowledge(actor, s.decided),
    "can_undo": lambda actor, s: permissions.can_undo(actor, *_undoing(s)),
    "can_undo_some": lambda actor, s: permissions.can_undo_some(actor, [_undoing(s)[:2]]),
    "can_take_measures": lambda actor, s: permissions.can_take_measures(actor, s.debate.id, s.item.bench),
    "can_remove_debate": lambda actor, s: permissions.can_remove_debate(actor, s.debate.id, s.item.bench),
    "can_restrict_in": lambda actor, s: permissions.can_restrict_in(actor, s.debate.id, s.person, s.item.bench),
    "can_change_role": lambda actor, s: permissions.can_change_role(actor, s.debate.id, s.person, s.item.bench),
    "can_see_proposals": lambda actor, s: permissions.can_see_proposals(actor),
    "can_confirm": lambda actor, s: permissions.can_confirm(actor, s.voters[0].id, s.debate.id, s.author, s.item.bench),
    "can_see_proposal": lambda actor, s: permissions.can_see_proposal(actor, s.voters[0].id),
    "can_turn_down": lambda actor, s: permissions.can_turn_down(
        actor, s.voters[0].id, s.debate.id, s.author, s.item.bench
    ),
    "can_appeal": lambda actor, s: permissions.can_appeal(actor, s.decided, has_flagged=s.has_flagged, voters=s.voters),
    "can_answer_appeal": lambda actor, s: permissions.can_answer_appeal(actor, *_undoing(s), s.appellant_id),
    "can_discount": lambda actor, s: permissions.can_discount(actor, s.debate.id, s.author, s.voters, s.item.bench),
    "can_sanction": lambda actor, s: permissions.can_sanction(actor, s.person),
    "can_guard_site": lambda actor, s: permissions.can_guard_site(actor),
    "can_guard_debate": lambda actor, s: permissions.can_guard_debate(actor, s.debate.id),
    "can_switch": lambda actor, s: permissions.can_switch(actor, s.debate.id, s.item.bench),
    "can_be_posted": lambda author, s: permissions.can_be_posted(author, s.debate.id),
    "can_see_waiting": lambda actor, s: permissions.can_see_waiting(actor, _waiting(s)),
    "can_change_waiting": lambda actor, s: permissions.can_change_waiting(actor, s.debate, _waiting(s)),
    "can_withdraw_waiting": lambda actor, s: permissions.can_withdraw_waiting(actor, _waiting(s)),
    "can_decide_waiting": lambda actor, s: permissions.can_decide_waiting(actor, _waiting(s), s.item.bench),
    "can_invite_moderators": lambda actor, s: permissions.can_invite_moderators(actor, s.debate.id, s.item.bench),
    "can_invite": lambda actor, s: permissions.can_invite(
        actor, s.debate.id, s.person.id, s.item.bench, s.item.bench, have_argued=False
    ),
    "can_answer_invitation": lambda actor, s: permissions.can_answer_invitation(actor, is_invited=s.is_invited),
    "can_step_down": lambda actor, s: permissions.can_step_down(actor, s.debate.id),
    "can_administer": lambda actor, s: permissions.can_administer(actor),
    "can_come_and_go": lambda actor, s: permissions.can_come_and_go(actor),
    "can_manage_own_account": lambda actor, s: permissions.can_manage_own_account(actor),
    "can_change_name": lambda actor, s: permissions.can_change_name(actor),
}


def _waiting(state: State) -> Any:
    """A post that waits always has an author."""
    assert state.item.author_id is not None
    return state.item


def _undoing(state: State) -> tuple[Any, Any, Any]:
    assert state.decision is not None
    about_items = (Action.HIDE, Action.LOCK, Action.DISMISS, Action.MOVE, Action.MERGE, Action.SPLIT)
    is_about_item = state.decision.action in about_items
    return state.decision, state.item if is_about_item else None, state.voters


@pytest.fixture(scope="module")
async def company(shared_database_url: str) -> AsyncIterator[tuple[Debate, dict[str, User], dict[str, Actor]]]:
    """A debate, the cast, and how the program sees them when they are signed in."""
    engine = make_engine(shared_database_url.replace("postgresql://", "postgresql+psycopg://", 1), 1)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        debate = await make_debate(db)
        cast = await make_cast(db, debate, await make_debate(db, "dam"))
        yield debate, cast, await actors_of(db, cast)
        await db.rollback()
    await engine.dispose()


def _rows() -> list[tuple[str, str, str]]:
    rows = [line.split() for line in TABLE.strip().splitlines()[1:] if line.strip()]
    return [(row[0], " ".join(row[1:-11]), "".join(row[-11:])) for row in rows]


@pytest.mark.parametrize(("rule", "words", "expected"), _rows(), ids=lambda part: part)
async def test_rule(company: Any, rule: str, words: str, expected: str) -> None:
    debate, cast, actors = company
    found = {name: _letter(RULES[rule](actors[name], _state(words, debate, cast, name))) for name in ACTORS}
    assert found == dict(zip(ACTORS, expected, strict=True))


# Rules by which nobody judges a debate in which they have argued, unless nobody else is there.
JUDGING = {
    "can_decide", "can_reshape", "can_judge", "can_lock_thread", "can_undo", "can_discount", "can_take_measures",
    "can_undo_some", "can_turn_down",
    "can_restrict_in", "can_remove_debate", "can_answer_appeal", "can_confirm", "can_decide_waiting", "can_note",
    "can_change_role", "can_take_use_away", "can_switch",
    "can_invite_moderators", "can_invite",
}  # fmt: skip


@pytest.mark.parametrize(("rule", "words", "expected"), _rows(), ids=lambda part: part)
async def test_rule_for_moderators_who_take_part(company: Any, rule: str, words: str, expected: str) -> None:
    """As the other moderators of the debate, but that they leave its cases to them."""
    debate, cast, actors = company
    usual = expected[ACTORS.index("debate_moderator")]
    takes_back = rule == "can_turn_down" and "voter-me" in words.split()  # What they proposed themselves.
    leaves_it = rule in JUDGING and "alone" not in words.split() and not takes_back
    found = _letter(
        RULES[rule](actors["debate_moderator"], _state(f"{words} argued", debate, cast, "debate_moderator"))
    )
    assert found == ("n" if leaves_it else usual)


def test_table_has_own_and_others_and_for_who_judges_equals() -> None:
    words: dict[str, set[str]] = {}
    for rule, row, _ in _rows():
        words.setdefault(rule, set()).update(row.split())
    about_items = {rule for rule, said in words.items() if said & {"own", "theirs"}}
    alone = {
        "can_lock_thread",
        "can_see_proposals",
        "can_see_proposal",
        "can_confirm",
    }  # It does not matter whose it is.
    missing = {rule for rule in about_items - alone if not {"own", "theirs"} <= words[rule]}
    assert missing - EITHER == set()
    without_ranks = {"can_judge", "can_decide_waiting"}  # Posts of moderators do not wait.
    assert {rule for rule in JUDGING & about_items - alone if "by" not in words[rule]} <= without_ranks


# Rules for which only one of the two can be meant.
EITHER = {"can_reply", "can_withdraw_flag"}


def _letter(permission: Permission) -> str:
    if permission:
        return "y"
    assert permission.reason
    return "s" if permission.needs_sign_in else "n"


def _state(words: str, debate: Debate, cast: dict[str, User], actor: str) -> State:
    parts = words.split()
    author = _author(parts, actor)
    decision = next((part.split("-by-") for part in parts if "-by-" in part), None)
    state = next((DebateState(part) for part in parts if part in set(DebateState)), DebateState.OPEN)
    return State(
        debate=Debate(id=debate.id, state=state, hides_results="hidden-results" in parts),
        item=Item(
            debate.id,
            cast[author].id if author else None,
            1 if {"hidden", "removed-text"} & set(parts) else None,
            datetime.now(UTC) if "withdrawn" in parts else None,
            1 if "reply" in parts else None,
            _bench(parts, cast, actor),
            "released" in parts,
            HouseRule.PRIVACY if "removed-text" in parts else None,
            1 if "asked" in parts else None,
        ),
        author=_participant(cast, author),
        is_thread_locked="thread-locked" in parts,
        decision=_decided(decision, debate.id, cast, author, actor, parts) if decision else None,
        has_stance="stance" in parts,
        has_answers="answered" in parts,
        is_conceded="conceded" in parts,
        answers_me="answers-me" in parts,
        is_invited="invited" in parts,
        voters=[_voter(parts, cast, actor)],
        other=_item_by(debate, cast, actor) if "other-own" in parts else None,
        has_flagged="flagged" in parts,
        is_from_essay="from-essay" in parts,
        appellant_id=cast[actor if actor != VISITOR_NAME else "author"].id if "appeals" in parts else None,
    )


def _item_by(debate: Debate, cast: dict[str, User], actor: str) -> Item:
    bench = Bench((), datetime.now(UTC))
    return Item(debate.id, cast[actor].id if actor != VISITOR_NAME else None, None, None, None, bench)


def _author(parts: list[str], actor: str) -> str | None:
    """Visitors own nothing, so for them "own" is the author's."""
    if "essay" in parts:
        return None
    if "by" in parts:
        return parts[parts.index("by") + 1]
    return actor if "own" in parts and actor != VISITOR_NAME else "author"


def _participant(cast: dict[str, User], name: str | None) -> Participant | None:
    if name is None:
        return None
    user, is_staff = cast[name], name in ("host", "debate_moderator")
    return Participant(user.id, user.username, user.display_name, user.role, is_staff)


def _voter(parts: list[str], cast: dict[str, User], actor: str) -> Participant:
    """Without a word about it somebody who acts in no column."""
    name = next((part.removeprefix("voter-") for part in parts if part.startswith("voter-")), None)
    if name is None or (name == "me" and actor == VISITOR_NAME):
        return Participant(0, "somebody", "Somebody", Role.MEMBER, False)
    found = _participant(cast, actor if name == "me" else name)
    assert found is not None
    return found


def _bench(parts: list[str], cast: dict[str, User], actor: str) -> Bench:
    """All staff of the debate and the site; "alone" leaves the actor, "argued" says that the actor has argued there,
    "long" that it waits for longer than somebody alone has to, "reported" that the actor has flagged it."""
    names = [actor] if "alone" in parts else ["debate_moderator", "host", "site_moderator", "administrator"]
    people = [_participant(cast, name) for name in names if name != VISITOR_NAME]
    judges = [
        Judge(
            person.id,
            person.role,
            person.is_debate_staff,
            "argued" in parts and person.id == cast[actor].id,
            person.id == cast["host"].id,
        )
        for person in people
        if person is not None and actor != VISITOR_NAME
    ]
    waiting_since = datetime.now(UTC) - timedelta(hours=25 if "long" in parts else 23)
    flagged = {cast[actor].id} if "reported" in parts and actor != VISITOR_NAME else ()
    return Bench(tuple(judges), waiting_since, flagged=frozenset(flagged))


def _decided(
    words: list[str], debate_id: int, cast: dict[str, User], author: str | None, actor: str, parts: list[str]
) -> Decided:
    action, maker = words
    if maker == "me":
        maker = actor if actor != VISITOR_NAME else "author"
    made_at = datetime.now(UTC) - timedelta(days=186 if "old" in parts else 180)
    people = (_participant(cast, author), _participant(cast, maker))
    proposer = cast[actor].id if "proposed" in parts and actor != VISITOR_NAME else None
    bench = _bench(parts, cast, actor)
    undone_by_id = 1 if "undone" in parts else None
    change = BY_THEMSELVES if "stepped-down" in parts else None
    return Decided(Action(action), debate_id, *people, bench, made_at, undone_by_id, None, proposer, change)


def test_table_has_every_rule() -> None:
    rules = {name for name in vars(permissions) if name.startswith("can_")}
    assert {rule for rule, _, _ in _rows()} == rules == set(RULES)


@pytest.mark.parametrize("name", ["debate_moderator", "host", "site_moderator"])
async def test_suspended_moderators_moderate_nowhere_they_are_suspended(company: Any, name: str) -> None:
    debate, _, actors = company
    until = datetime.now(UTC) + timedelta(days=1)
    for debate_id, may_see_queue in ((None, False), (debate.id, True)):
        restrictions = (Restriction(SanctionKind.SUSPEND, debate_id, until, 1),)
        suspended = replace(actors[name], restrictions=restrictions)
        assert not permissions.can_moderate(suspended, debate.id)
        assert bool(permissions.can_see_queue(suspended)) == may_see_queue
        assert bool(permissions.can_moderate(suspended, debate.id + 1)) == (may_see_queue and suspended.is_site_staff)
