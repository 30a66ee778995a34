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

CALLER = """
key: caller
name: Caller
parameters: {type: object, properties: {amount: {type: number}}}
steps:
  - id: sub
    type: workflow
    output: answer
    config: {definition: callee, variables: {limit: "{% amount * 2 %}"}}
  - id: last
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {ok: {next: done}}}
  - {id: done, type: end, config: {outcome: DONE, result: "{% answer.result %}"}}
"""

CALLEE = """
key: callee
name: Callee
parameters: {type: object, properties: {limit: {type: number}}}
result: "{% limit + 1 %}"
steps:
  - id: inner
    type: approval
    config:
      mode: direct
      candidates: {users: [carol]}
      outcomes: {ok: {next: fine}}
  - {id: fine, type: end, config: {outcome: FINE}}
"""

BROKEN = """
key: broken
name: Broken
parameters: {type: object, properties: {who: {}}}
steps:
  - id: first
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {ok: {}}}
  - id: second
    type: approval
    config: {mode: direct, candidates: "{% who %}", outcomes: {ok: {next: done}}}
  - {id: done, type: end, config: {outcome: DONE}}
"""

QUORUM = """
key: quorum
name: Quorum
steps:
  - id: vote
    type: approval
    config:
      mode: direct
      candidates: {users: [u1, u2, u3, u4, u5]}
      quorum: {approve: 3, reject: 2}
      outcomes: {approve: {next: yes_}, reject: {next: no_}, abstain: {next: no_}}
      otherwise: no_
  - {id: yes_, type: end, config: {outcome: APPROVED}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
"""

SERIAL = """
key: serial
name: Serial
steps:
  - id: chain
    type: approval
    config:
      mode: direct
      order: serial
      candidates: {users: [u1, u2, u3]}
      quorum: {approve: all, reject: any}
      outcomes: {approve: {next: yes_}, reject: {next: no_}}
      otherwise: no_
  - {id: yes_, type: end, config: {outcome: APPROVED}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
"""

AUTOMATIC = """
key: automatic
name: Automatic
steps:
  - {id: tell, type: notify, config: {event: told, message: "hello {{initiator}}"}}
  - {id: pause, type: wait, config: {duration: PT2H}}
  - id: check
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {ok: {next: done}}}
  - {id: done, type: end, config: {outcome: DONE}}
"""

ITEMS = """
key: items
name: One item after another
steps:
  - id: each
    type: map
    config:
      items: "{% ['a', 'b', 'c'] %}"
      concurrency: 1
      steps: [{id: item, type: task, config: {mode: direct, candidates: {users: [ann]}}}]
"""
