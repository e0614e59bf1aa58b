"""Who may what: one table of roles and acts, and for which relation of a person's ministry to the question."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from app.domain.questions import Act


class Role(StrEnum):
    """What somebody is here: the first three at a ministry, REGIE at the centre (AZ), the others at VNG."""

    CONTACT = "contactpersoon"
    COORDINATOR = "coordinator"
    SG = "bureau-sg"
    REGIE = "regie"
    SECRETARIAT = "secretariaat"
    LEADERSHIP = "directie"
    ADMIN = "beheer"


class Relation(StrEnum):
    """How a person's ministry stands to a question; OTHER for whoever belongs to none."""

    OWNER = "eigenaar"
    CONTRIBUTOR = "meebetrokken"
    FORMER = "doorgeleid"
    OTHER = "geen"


class Task(StrEnum):
    """What is done here besides the acts on a question.

    READ_DRAFT is the answer while it is being written; AZ sees it only in overruling, VNG never. SEE_ALL reads sent
    questions of all ministries; concepts of letters belong to REGISTER.
    """

    READ = "lezen"
    READ_DRAFT = "antwoordconcept-lezen"
    SEE_ALL = "alle-ministeries-zien"
    REGISTER = "brieven-registreren"
    READ_FIGURES = "cijfers-lezen"
    READ_COORDINATION = "samenhang-lezen"
    READ_DIGESTS = "weekoverzichten-lezen"
    SEE_OUTBOX = "postvak-uit-zien"
    SEND_AGAIN = "mail-opnieuw-versturen"
    RELEASE_MAIL = "mail-vrijgeven"
    SEE_AUDIT = "logboek-zien"
    SEE_RETENTION = "bewaartermijnen-zien"
    AGREE_REMOVAL = "verwijdering-goedvinden"
    MANAGE_RETENTION = "bewaartermijnen-beheren"
    MANAGE_PEOPLE = "mensen-beheren"
    MANAGE_REFERENCE = "stamgegevens-beheren"
    MANAGE_DOSSIERS = "dossiers-beheren"
    RUN_JOBS = "taken-draaien"


# What opens the index of the administration.
MANAGING = (
    Task.MANAGE_PEOPLE,
    Task.MANAGE_REFERENCE,
    Task.MANAGE_DOSSIERS,
    Task.RUN_JOBS,
    Task.REGISTER,
    Task.SEE_AUDIT,
    Task.SEE_RETENTION,
)

Row = Mapping[Act | Task, frozenset[Relation]]

_ALL = frozenset(Relation)
_OWNED = frozenset({Relation.OWNER})
_CONTRIBUTED = frozenset({Relation.CONTRIBUTOR})
_INVOLVED = frozenset({Relation.OWNER, Relation.CONTRIBUTOR, Relation.FORMER})


def _for_all(*acts: Act | Task) -> Row:
    return dict.fromkeys(acts, _ALL)


_CONTACT: Row = {
    Task.READ: _INVOLVED,
    **dict.fromkeys(
        (
            Task.READ_DRAFT,
            Act.ACCEPT,
            Act.SAVE_DRAFT,
            Act.SUBMIT,
            Act.OFFER,
            Act.TAKE_BACK,
            Act.TRANSFER,
            Act.TRANSFER_AGAIN,
            Act.DECLINE,
            Act.REQUEST_CONCURRENCE,
            Act.RECALL,
            Act.POSTPONE,
            Act.ASK_TIME,
            Act.CLARIFY,
            Act.CHANGE_CONTACT,
            Act.REVOKE_LINK,
        ),
        _OWNED,
    ),
    **dict.fromkeys((Act.AGREE, Act.PROPOSE, Act.OBJECT, Act.CLEAR), _CONTRIBUTED),
}

# Figures and coordination with relation OWNER are those of one's own ministry. Digests tell of all, and are for who may
# see all.
_COORDINATOR: Row = {
    **_CONTACT,
    **dict.fromkeys((Act.RELEASE, Act.SEND_BACK, Act.REMIND, Task.READ_FIGURES, Task.READ_COORDINATION), _OWNED),
}

PERMISSIONS: Mapping[Role, Row] = {
    Role.CONTACT: _CONTACT,
    Role.COORDINATOR: _COORDINATOR,
    Role.SG: _COORDINATOR,
    Role.REGIE: _for_all(
        Task.READ,
        Task.SEE_ALL,
        Task.READ_FIGURES,
        Task.READ_COORDINATION,
        Task.READ_DIGESTS,
        Act.ASSIGN,
        Act.OVERRULE,
        Act.REMIND,
    ),
    Role.SECRETARIAT: _for_all(
        Task.READ,
        Task.SEE_ALL,
        Task.REGISTER,
        Task.READ_FIGURES,
        Task.READ_COORDINATION,
        Task.READ_DIGESTS,
        Task.SEE_OUTBOX,
        Task.SEND_AGAIN,
        Task.SEE_RETENTION,
        Task.AGREE_REMOVAL,
        Task.MANAGE_DOSSIERS,
        Act.EDIT,
        Act.SEND,
        Act.WITHDRAW,
        Act.RECORD,
        Act.ASSIGN,
        Act.JUDGE_CONCRETE,
        Act.JUDGE_PARTIAL,
        Act.JUDGE_EVASIVE,
        Act.REOPEN,
        Act.REOPEN_UNSENT,
        Act.POSTPONE,
        Act.REFUSE,
        Act.SUSPEND,
        Act.RESUME,
        Act.VOID,
        Act.RECEIVE,
        Act.RESEND,
        Act.REMIND,
        Act.CHANGE_CONTACT,
        Act.REVOKE_LINK,
    ),
    Role.LEADERSHIP: _for_all(Task.READ, Task.SEE_ALL, Task.READ_FIGURES, Task.READ_COORDINATION, Task.READ_DIGESTS),
    # No casework: deeming, succession and a changed calendar decide by date, in runs that an administrator may start.
    Role.ADMIN: _for_all(
        Task.MANAGE_PEOPLE,
        Task.MANAGE_REFERENCE,
        Task.MANAGE_DOSSIERS,
        Task.SEE_OUTBOX,
        Task.SEND_AGAIN,
        Task.RELEASE_MAIL,
        Task.SEE_AUDIT,
        Task.SEE_RETENTION,
        Task.MANAGE_RETENTION,
        Task.RUN_JOBS,
        Act.DEEM,
        Act.SUCCEED,
        Act.REPLAY,
    ),
}


def may(roles: Iterable[Role], what: Act | Task, relation: Relation = Relation.OTHER) -> bool:
    """Tell whether one of these roles allows the act or task, for a question their ministry stands to like this.

    Tasks that concern no question are asked without a relation. Whether the act makes sense now is another table:
    `questions.next_state`. Somebody with an answer link is a CONTACT of the owner, for one question.
    """
    return any(relation in PERMISSIONS[role].get(what, ()) for role in roles)
