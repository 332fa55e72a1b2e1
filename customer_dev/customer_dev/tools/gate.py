"""The order of stages and the way through them, without any ORM.

A layout is a frozen picture of the stages, their exit criteria and the teams' rules. It answers one
question: which stages does a lead leave when it goes from here to there? Whoever moves a lead asks
it, so that button, drag and drop, import and remote calls give the same answer.
"""

from dataclasses import dataclass, field


class GatePass:
    """Context value that lets a server-side caller move a lead without earning the stage.

    The class itself is the value, compared by identity; no remote client can send it, so it cannot
    be forged.
    """


@dataclass(frozen=True)
class Criterion:
    """One exit criterion as plain data; ``problem`` is set when it cannot be evaluated."""

    id: int
    kind: str
    required: bool = True
    field_name: str = ""
    domain: tuple = field(default=(), compare=False)
    role: str = ""
    level: int = 0
    minimum: int = 1
    everyone: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Stage:
    """One stage: where it stands, who sees it, what it asks for before it is left."""

    id: int
    sequence: int
    team_ids: frozenset = frozenset()
    criteria: tuple = ()
    active: bool = True


@dataclass(frozen=True)
class Team:
    """A team's rules: does it block, and does it keep to stages of its own."""

    id: int
    blocks: bool = True
    own_stages: bool = False


@dataclass(frozen=True)
class Layout:
    """All stages and teams, in order."""

    stages: tuple = ()
    teams: tuple = ()
    _stage: dict = field(default=None, compare=False)
    _team: dict = field(default=None, compare=False)

    def __post_init__(self):
        ordered = tuple(sorted(self.stages, key=lambda stage: (stage.sequence, stage.id)))
        object.__setattr__(self, "stages", ordered)
        object.__setattr__(self, "_stage", {stage.id: stage for stage in ordered})
        object.__setattr__(self, "_team", {team.id: team for team in self.teams})

    def blocks(self, team_id):
        """Whether unmet criteria stop a lead of this team (leads without a team: yes)."""
        team = self._team.get(team_id)
        return team.blocks if team else True

    def keeps_own_stages(self, team_id):
        """Whether this team works only in stages of its own."""
        team = self._team.get(team_id)
        return bool(team and team.own_stages)

    def sees(self, team_id, stage):
        """Whether a stage belongs to what this team works in."""
        if stage.team_ids:
            return team_id in stage.team_ids
        return not self.keeps_own_stages(team_id)

    def is_foreign(self, team_id, stage_id):
        """Whether a lead of a team with stages of its own would stand outside of them."""
        stage = self._stage.get(stage_id)
        return bool(stage and self.keeps_own_stages(team_id) and not self.sees(team_id, stage))

    def first_stage(self, team_id):
        """Id of the first active stage of a team, 0 when it has none."""
        return next((s.id for s in self.stages if s.active and self.sees(team_id, s)), 0)

    def criteria(self, stage_id):
        """Criteria to leave one stage; an archived stage asks for nothing any more."""
        stage = self._stage.get(stage_id)
        return stage.criteria if stage and stage.active else ()

    def passed(self, team_id, from_stage_id, to_stage_id):
        """Stages that are left on the way, in order; empty when going back or nowhere.

        ``from_stage_id`` is False for a lead that is new to the team's stages.
        """
        target = self._stage.get(to_stage_id)
        start = self._stage.get(from_stage_id)
        if not target or (start and start.sequence >= target.sequence):
            return ()
        return tuple(
            stage
            for stage in self.stages
            if stage.active
            and self.sees(team_id, stage)
            and stage.sequence < target.sequence
            and (not start or stage.id == start.id or stage.sequence > start.sequence)
        )

    def entered(self, team_id, from_stage_id, to_stage_id):
        """Ids of the stages that are reached on the way, the target included; none going back."""
        left = self.passed(team_id, from_stage_id, to_stage_id)
        return tuple(s.id for s in left if s.id != from_stage_id) + ((to_stage_id,) if left else ())

    def needed(self, team_id, from_stage_id, to_stage_id):
        """Criteria that bind on the way: required ones that can be evaluated."""
        return tuple(
            criterion
            for stage in self.passed(team_id, from_stage_id, to_stage_id)
            for criterion in stage.criteria
            if criterion.required and not criterion.problem
        )
