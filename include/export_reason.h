
/*
 * The reasons of a decision.  One row makes a reason's constant, its code and
 * its detail: EXPORT_REASON_BODY_LIMIT is "body_limit" wherever it is printed.
 *
 * Codes are stable and part of the interface: programs read them.  Details are
 * for people, need no escape in JSON, and never say that a law requires
 * something.
 */


#ifndef _EXPORT_REASON_H_INCLUDED_
#define _EXPORT_REASON_H_INCLUDED_


#define EXPORT_REASON_LIST(row)                                               \
                                                                              \
    /* allow */                                                               \
                                                                              \
    row(NOT_TRAINING, "not_training",                                         \
        "The transfer is not AI training.")                                   \
    row(NOT_PROTECTED, "not_protected",                                       \
        "Nobody in the transfer is in a protected jurisdiction.")             \
    row(NO_PERSONAL_DATA, "no_personal_data",                                 \
        "The transfer carries no personal data.")                             \
    row(CONSENT_GRANTED, "consent_granted",                                   \
        "Consent was given.")                                                 \
                                                                              \
    /* redact */                                                              \
                                                                              \
    row(RECORDS_DROPPED, "records_dropped",                                   \
        "Records that must not leave were dropped.")                          \
                                                                              \
    /* block */                                                               \
                                                                              \
    row(CONSENT_MISSING, "consent_missing",                                   \
        "The transfer is AI training with data of people in a protected "     \
        "jurisdiction, and shows no consent.")                                \
    row(CONSENT_DENIED, "consent_denied",                                     \
        "The transfer is AI training, and consent was denied.")               \
    row(CONSENT_INVALID, "consent_invalid",                                   \
        "The transfer is AI training, and its consent is not exactly one "    \
        "accepted value.")                                                    \
    row(SUBJECT_MISSING, "subject_missing",                                   \
        "The transfer is AI training, and does not say whose data it "        \
        "carries.")                                                           \
    row(SUBJECT_MALFORMED, "subject_malformed",                               \
        "The transfer is AI training, and names a subject that cannot be "    \
        "read.")                                                              \
    row(LOCATION_UNKNOWN, "location_unknown",                                 \
        "The transfer is AI training, and a subject's country is not known.") \
    row(PURPOSE_MALFORMED, "purpose_malformed",                               \
        "The transfer's purpose cannot be read, and it is not allowed as AI " \
        "training.")                                                          \
    row(BODY_MALFORMED, "body_malformed",                                     \
        "The transfer's body is not well-formed, and cannot be inspected.")   \
    row(BODY_OPAQUE, "body_opaque",                                           \
        "The transfer's body has a type or an encoding that cannot be "       \
        "inspected.")                                                         \
    row(BODY_LIMIT, "body_limit",                                             \
        "The transfer's body is past a limit, and cannot be inspected.")      \
    row(BODY_INCOMPLETE, "body_incomplete",                                   \
        "The transfer's body did not arrive whole.")                          \
    row(BODY_SIGNED, "body_signed",                                           \
        "Records would have to be dropped, but the transfer's body is "       \
        "signed.")                                                            \
    row(NOTHING_LEFT, "nothing_left",                                         \
        "No record is left after those that must not leave were dropped.")    \
    row(STREAM_ABORTED, "stream_aborted",                                     \
        "The transfer was aborted: a fault was met after the first records "  \
        "had left.")                                                          \
    row(DATABASE_UNAVAILABLE, "database_unavailable",                         \
        "The transfer is AI training, and no current country database is "    \
        "available.")                                                         \
    row(INTERNAL_ERROR, "internal_error",                                     \
        "The transfer could not be evaluated.")                               \
                                                                              \
    /* none: nobody decided */                                                \
                                                                              \
    row(CLIENT_CLOSED, "client_closed",                                       \
        "The client closed the connection before the transfer was judged.")   \
    row(CLIENT_TIMEOUT, "client_timeout",                                     \
        "The client stopped sending before the transfer was judged.")         \
    row(NOT_FORWARDED, "not_forwarded",                                       \
        "The transfer was answered before it was judged, and not forwarded.")


#define export_reason_constant(name, code, detail)  EXPORT_REASON_##name,

typedef enum {
    EXPORT_REASON_NONE = 0,             /* no reason against the transfer */
    EXPORT_REASON_LIST(export_reason_constant)
    EXPORT_REASONS
} export_reason_e;

#undef export_reason_constant


#endif /* _EXPORT_REASON_H_INCLUDED_ */
