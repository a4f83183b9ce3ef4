"""The worked example of contract 6: one session, in each format to the byte."""

from typing import Any

SESSION: dict[str, Any] = {
    "dialState": "Active", "callState": "Connected", "queueState": "None", "accountId": "a1",
    "accountName": 'Acme, "Main"', "customerBreadcrumb": [{"id": "c1", "name": "Acme"}],
    "channel": "Voice", "ended": False, "callSid": "CA01", "holdReason": "None", "log": [],
    "members": [
        {"identity": "+12025550100", "isOriginalMember": True, "callState": "Connected",
         "role": "Caller", "callSid": "CA01", "muted": False},
        {"identity": "bob", "endpointId": "e7", "isOriginalMember": True,
         "callState": "Connected", "role": "Agent", "callSid": "CA02", "muted": False},
        {"identity": "sip:desk@pbx.example", "isOriginalMember": False,
         "applicationData": {"memberId": "m3", "status": "queued"}, "callState": "None",
         "role": "Transfer", "muted": False},
    ],
    "direction": "Incoming", "wasMissed": False, "id": "s1",
    "dateCreated": "2026-03-01T14:05:09.120Z", "stale": False,
}  # fmt: skip

JSON = (
    '{"dialState":"Active","callState":"Connected","queueState":"None","accountId":"a1",'
    '"accountName":"Acme, \\"Main\\"",'
    '"customerBreadcrumb":[{"id":"c1","name":"Acme"}],"channel":"Voice","ended":false,'
    '"callSid":"CA01","holdReason":"None","log":[],'
    '"members":[{"identity":"+12025550100","isOriginalMember":true,"callState":"Connected",'
    '"role":"Caller","callSid":"CA01","muted":false},'
    '{"identity":"bob","endpointId":"e7","isOriginalMember":true,"callState":"Connected",'
    '"role":"Agent","callSid":"CA02","muted":false},'
    '{"identity":"sip:desk@pbx.example","isOriginalMember":false,'
    '"applicationData":{"memberId":"m3","status":"queued"},"callState":"None",'
    '"role":"Transfer","muted":false}],'
    '"direction":"Incoming","wasMissed":false,"id":"s1",'
    '"dateCreated":"2026-03-01T14:05:09.120Z","stale":false}'
)

HEADER = (
    "DialState,CallState,QueueState,AccountId,AccountName,CustomerId,CustomerBreadcrumb,"
    "CustomerName,EndpointId,EndpointName,DateCompleted,Destination,ToAddress,FromAddress,"
    "FromName,AnsweredByName,QueueMemberId,Channel,Ended,Outcome,CallSid,ConsoleData,"
    "HoldQueueName,HeldByUserId,HoldReason,ConferenceSid,DisplayName,Log,Members,CallbackNumber,"
    "AnsweredById,Direction,FromPhoneNumber,MostRecentParticipantCallSid,WasMissed,RingQueueId,"
    "Id,DateCreated,DateLastModified,CreatedBy,LastModifiedBy"
)
LINE = (
    'Active,Connected,None,a1,"Acme, ""Main""",,"[{id:c1,name:Acme}]",,,,,,,,,,,Voice,False,,CA01,'
    ',,,None,,,"[]","[{identity:+12025550100,isOriginalMember:True,callState:Connected,'
    "role:Caller,callSid:CA01,muted:False},"
    "{identity:bob,endpointId:e7,isOriginalMember:True,callState:Connected,role:Agent,"
    "callSid:CA02,muted:False},"
    '{identity:""sip:desk@pbx.example"",isOriginalMember:False,'
    "applicationData:{memberId:m3,status:queued},callState:None,role:Transfer,muted:False}]"
    '",,,Incoming,,,False,,s1,2026-03-01T14:05:09.120Z,,,'
)
CSV = f"{HEADER}\r\n{LINE}\r\n"

JSV = (
    "{dialState:Active,callState:Connected,queueState:None,accountId:a1,"
    'accountName:"Acme, ""Main""",customerBreadcrumb:[{id:c1,name:Acme}],channel:Voice,'
    "ended:False,callSid:CA01,holdReason:None,log:[],"
    "members:[{identity:+12025550100,isOriginalMember:True,callState:Connected,role:Caller,"
    "callSid:CA01,muted:False},{identity:bob,endpointId:e7,isOriginalMember:True,"
    "callState:Connected,role:Agent,callSid:CA02,muted:False},"
    '{identity:"sip:desk@pbx.example",isOriginalMember:False,'
    "applicationData:{memberId:m3,status:queued},callState:None,role:Transfer,muted:False}],"
    'direction:Incoming,wasMissed:False,id:s1,dateCreated:"2026-03-01T14:05:09.120Z",'
    "stale:False}"
)
