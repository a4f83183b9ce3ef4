"""Which parameters Twilio knows on which route; others are accepted and written down (R11)."""

_VOICE = """
    FriendlyName VoiceUrl VoiceMethod VoiceFallbackUrl VoiceFallbackMethod StatusCallback
    StatusCallbackMethod VoiceCallerIdLookup SmsUrl SmsMethod SmsFallbackUrl SmsFallbackMethod
    ApiVersion
"""
_RECORDINGS = "DateCreated DateCreated< DateCreated> PageSize Page PageToken"
_KNOWN = {
    ("POST", "Calls"): """
        To From Method FallbackUrl FallbackMethod StatusCallback StatusCallbackEvent
        StatusCallbackMethod SendDigits Timeout Record RecordingChannels
        RecordingStatusCallback RecordingStatusCallbackMethod SipAuthUsername
        SipAuthPassword MachineDetection MachineDetectionTimeout
        RecordingStatusCallbackEvent Trim CallerId MachineDetectionSpeechThreshold
        MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout AsyncAmd
        AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod Byoc CallReason CallToken
        RecordingTrack TimeLimit ClientNotificationUrl Url Twiml ApplicationSid
    """,
    ("GET", "Calls"): """
        To From ParentCallSid Status StartTime StartTime< StartTime> EndTime EndTime<
        EndTime> PageSize Page PageToken
    """,
    ("POST", "Calls/*"): """
        Url Method Status FallbackUrl FallbackMethod StatusCallback StatusCallbackMethod
        Twiml TimeLimit
    """,
    ("POST", "Calls/*/Recordings"): """
        RecordingStatusCallbackEvent RecordingStatusCallback RecordingStatusCallbackMethod
        Trim RecordingChannels RecordingTrack RecordingConfigurationId
    """,
    ("GET", "Calls/*/Recordings"): _RECORDINGS,
    ("POST", "Calls/*/Recordings/*"): "Status PauseBehavior",
    ("GET", "Conferences/*/Recordings"): _RECORDINGS,
    ("POST", "Conferences/*/Recordings/*"): "Status PauseBehavior",
    ("GET", "Recordings"): f"{_RECORDINGS} CallSid ConferenceSid IncludeSoftDeleted",
    ("GET", "Recordings/*"): "IncludeSoftDeleted",
    ("GET", "Conferences"): """
        DateCreated DateCreated< DateCreated> DateUpdated DateUpdated< DateUpdated>
        FriendlyName Status PageSize Page PageToken
    """,
    ("POST", "Conferences/*"): """
        Status AnnounceUrl AnnounceMethod
    """,
    ("POST", "Conferences/*/Participants"): """
        From To StatusCallback StatusCallbackMethod StatusCallbackEvent Label Timeout
        Record Muted Beep StartConferenceOnEnter EndConferenceOnExit WaitUrl WaitMethod
        EarlyMedia MaxParticipants ConferenceRecord ConferenceTrim
        ConferenceStatusCallback ConferenceStatusCallbackMethod
        ConferenceStatusCallbackEvent RecordingChannels RecordingStatusCallback
        RecordingStatusCallbackMethod SipAuthUsername SipAuthPassword Region
        ConferenceRecordingStatusCallback ConferenceRecordingStatusCallbackMethod
        RecordingStatusCallbackEvent ConferenceRecordingStatusCallbackEvent Coaching
        CallSidToCoach JitterBufferSize Byoc CallerId CallReason RecordingTrack TimeLimit
        MachineDetection MachineDetectionTimeout MachineDetectionSpeechThreshold
        MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout
        AmdStatusCallback AmdStatusCallbackMethod Trim CallToken ClientNotificationUrl
        CallerDisplayName
    """,
    ("GET", "Conferences/*/Participants"): """
        Muted Hold Coaching PageSize Page PageToken
    """,
    ("POST", "Conferences/*/Participants/*"): """
        Muted Hold HoldUrl HoldMethod AnnounceUrl AnnounceMethod WaitUrl WaitMethod
        BeepOnExit EndConferenceOnExit Coaching CallSidToCoach
    """,
    ("GET", "IncomingPhoneNumbers"): """
        Beta FriendlyName PhoneNumber Origin PageSize Page PageToken
    """,
    ("GET", "OutgoingCallerIds"): """
        PhoneNumber FriendlyName PageSize Page PageToken
    """,
    ("POST", "v2/PhoneNumbers/*"): """
        VoiceRegion FriendlyName
    """,
    ("GET", "Applications"): """
        FriendlyName PageSize Page PageToken
    """,
    ("POST", "IncomingPhoneNumbers/*"): f"""
        {_VOICE} AccountSid SmsApplicationSid VoiceApplicationSid TrunkSid VoiceReceiveMode
        IdentitySid AddressSid EmergencyStatus EmergencyAddressSid BundleSid
    """,
    ("POST", "Applications/*"): f"""
        {_VOICE} SmsStatusCallback MessageStatusCallback PublicApplicationConnectEnabled
    """,
}
KNOWN = {route: frozenset(words.split()) for route, words in _KNOWN.items()}


def unknown(method: str, shape: str, names: frozenset[str]) -> list[str]:
    """The parameters of a request that its route does not know."""
    return sorted(names - KNOWN.get((method, shape), frozenset()))
