"""Definitions that the engine's tests run."""

DIRECT = """
key: one-approval
name: One approval
steps:
  - id: check
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes: {approve: {next: yes_}, reject: {next: no_, comment: required}}
  - {id: yes_, type: end, config: {outcome: APPROVED}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
"""

POOL = """
key: pool
name: Pool
initiators: {groups: [initiators]}
steps:
  - id: check
    type: approval
    config:
      candidates: {groups: [reviewers, legal]}
      outcomes: {APPROVE: {next: yes_}, REJECT: {next: rework}}
  - id: rework
    type: task
    config:
      candidates: {groups: [initiators]}
      outcomes: {SUBMIT: {next: check}}
  - {id: yes_, type: end, config: {outcome: APPROVED}}
"""

PARALLEL = """
key: side-by-side
name: Side by side
steps:
  - id: both
    type: parallel
    config:
      branches:
        - id: left
          steps:
            - id: legal
              type: approval
              config: {mode: direct, candidates: {users: [bob]}, outcomes: {ok: {}}}
        - id: right
          steps:
            - id: finance
              type: approval
              config: {mode: direct, candidates: {users: [carol]}, outcomes: {ok: {}}}
            - id: treasury
              type: approval
              config: {mode: direct, candidates: {users: [dave]}, outcomes: {ok: {}}}
  - id: last
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {ok: {next: done}}}
  - {id: done, type: end, config: {outcome: DONE}}
"""
