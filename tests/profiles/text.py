"""A profile that says everything a profile can say."""

WHOLE = """\
profile: staging
apis:
  egain-v3: {url: 'https://staging.example.com/system/'}
  ece-v12: {url: 'http://staging.example.com', insecure: true}
  leadsquared-v2: {url: 'http://127.0.0.1:9000'}
hosts: [Login.example.com, '[::1]']
allow: [read, create]
budget:
  requests: 2000
  per-second: 0.5
  operations: {createAppointment: {requests: 300, calls: 25, seconds: 5}}
seconds: {exchange: 3, run: 60}
bytes: 4096
patience: 7
worlds:
  egain:
    actors:
      anna: {token: {env: STAGING_ANNA}}
      bob: {session: 'canary-session'}
      carl: {login: {user: carl, password: {env: STAGING_CARL}}}
      robot:
        oauth2:
          url: 'https://login.example.com/token?tenant=a'
          grant: client_credentials
          client: {env: STAGING_CLIENT}
          secret: 'canary-secret'
          scope: core
      cora:
        oauth2:
          url: 'https://login.example.com/token'
          grant: password
          client: someone
          username: cora
          password: {env: STAGING_CORA}
    records:
      department.service: {id: '501', name: Service}
      activity.email: {each: [{id: '1'}, {id: '2', name: own}], name: shared}
      activity.task:
        provision:
          operation: createTaskActivity
          actor: bob
          on: user
          body: {a: null}
          query: {b: c}
          fields: {d: e}
    settings: {departmentalization: false}
    reads:
      activity:
        operation: searchActivities
        actor: anna
        queries: [{customer: '{customer}'}]
        list: /activity
        fields: {id: /id}
  leadsquared:
    actors: {liam: {key: 'canary-key', secret: {env: LSQ_SECRET}}}
tolerates:
  appointment.*: [{status: 500}, {status: 400, code: Other}]
restore: {method: PUT, url: 'http://127.0.0.1:9000/restore?all=1'}
state: elsewhere/staging
"""
