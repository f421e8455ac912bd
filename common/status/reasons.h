// The reasons in google.rpc.ErrorInfo. Callers switch on them, so they never change their meaning.
#ifndef SWITCHBOARD_COMMON_STATUS_REASONS_H_
#define SWITCHBOARD_COMMON_STATUS_REASONS_H_

#include <string_view>

namespace switchboard::reason {

// Requests.
inline constexpr std::string_view kInvalidRequest = "INVALID_REQUEST";              // INVALID_ARGUMENT with BadRequest
inline constexpr std::string_view kUnparsableRequest = "UNPARSABLE_REQUEST";        // INVALID_ARGUMENT
inline constexpr std::string_view kRequestTooLarge = "REQUEST_TOO_LARGE";           // INVALID_ARGUMENT
inline constexpr std::string_view kRequestIdReused = "REQUEST_ID_REUSED";           // ALREADY_EXISTS
inline constexpr std::string_view kInvalidPageToken = "INVALID_PAGE_TOKEN";         // INVALID_ARGUMENT
inline constexpr std::string_view kInvalidConfiguration = "INVALID_CONFIGURATION";  // INVALID_ARGUMENT

// Resources and their states.
inline constexpr std::string_view kNotFound = "NOT_FOUND";                             // NOT_FOUND with ResourceInfo
inline constexpr std::string_view kAlreadyExists = "ALREADY_EXISTS";                   // ALREADY_EXISTS
inline constexpr std::string_view kLeaseLost = "LEASE_LOST";                           // FAILED_PRECONDITION
inline constexpr std::string_view kQueuePaused = "QUEUE_PAUSED";                       // FAILED_PRECONDITION
inline constexpr std::string_view kInquiryClosed = "INQUIRY_CLOSED";                   // FAILED_PRECONDITION
inline constexpr std::string_view kNoConfiguration = "NO_CONFIGURATION";               // FAILED_PRECONDITION
inline constexpr std::string_view kConfigurationChanged = "CONFIGURATION_CHANGED";     // ABORTED
inline constexpr std::string_view kTrainingUnderWay = "TRAINING_UNDER_WAY";            // ABORTED
inline constexpr std::string_view kModelDoesNotFit = "MODEL_DOES_NOT_FIT";             // FAILED_PRECONDITION
inline constexpr std::string_view kModelIsWorse = "MODEL_IS_WORSE";                    // FAILED_PRECONDITION
inline constexpr std::string_view kQueueInUse = "QUEUE_IN_USE";                        // FAILED_PRECONDITION
inline constexpr std::string_view kCertificationStale = "CERTIFICATION_STALE";         // FAILED_PRECONDITION
inline constexpr std::string_view kCertificationExpired = "CERTIFICATION_EXPIRED";     // FAILED_PRECONDITION
inline constexpr std::string_view kNotCertified = "NOT_CERTIFIED";                     // FAILED_PRECONDITION
inline constexpr std::string_view kDraftDecided = "DRAFT_DECIDED";                     // FAILED_PRECONDITION
inline constexpr std::string_view kDraftClaimed = "DRAFT_CLAIMED";                     // FAILED_PRECONDITION
inline constexpr std::string_view kReviewLost = "REVIEW_LOST";                         // FAILED_PRECONDITION
inline constexpr std::string_view kAuthorityTooLow = "AUTHORITY_TOO_LOW";              // PERMISSION_DENIED
inline constexpr std::string_view kNonReplyNotAllowed = "NON_REPLY_NOT_ALLOWED";       // FAILED_PRECONDITION
inline constexpr std::string_view kDispositionNotAllowed = "DISPOSITION_NOT_ALLOWED";  // FAILED_PRECONDITION
inline constexpr std::string_view kAnswerNotInForce = "ANSWER_NOT_IN_FORCE";           // FAILED_PRECONDITION

// Load and life cycle.
inline constexpr std::string_view kOverloaded = "OVERLOADED";               // RESOURCE_EXHAUSTED with RetryInfo
inline constexpr std::string_view kShuttingDown = "SHUTTING_DOWN";          // UNAVAILABLE with RetryInfo
inline constexpr std::string_view kDeadlineExceeded = "DEADLINE_EXCEEDED";  // DEADLINE_EXCEEDED
inline constexpr std::string_view kCancelled = "CANCELLED";                 // CANCELLED
inline constexpr std::string_view kInternal = "INTERNAL";                   // INTERNAL
inline constexpr std::string_view kUnimplemented = "UNIMPLEMENTED";         // UNIMPLEMENTED

// The database.
inline constexpr std::string_view kDatabaseUnavailable = "DATABASE_UNAVAILABLE";  // UNAVAILABLE; nothing was sent
inline constexpr std::string_view kDatabaseBusy = "DATABASE_BUSY";                // UNAVAILABLE; no free connection
inline constexpr std::string_view kDatabaseConflict = "DATABASE_CONFLICT";        // ABORTED after bounded retries
inline constexpr std::string_view kDatabaseFull = "DATABASE_FULL";                // UNAVAILABLE; disk is full
inline constexpr std::string_view kDatabaseTimeout = "DATABASE_TIMEOUT";          // DEADLINE_EXCEEDED
inline constexpr std::string_view kDatabaseReadOnly = "DATABASE_READ_ONLY";       // UNAVAILABLE; a standby answered
inline constexpr std::string_view kDatabaseRefused = "DATABASE_REFUSED";          // INTERNAL; a statement was rejected
inline constexpr std::string_view kCommitOutcomeUnknown = "COMMIT_OUTCOME_UNKNOWN";  // UNAVAILABLE; may have happened
inline constexpr std::string_view kConstraintViolated = "CONSTRAINT_VIOLATED";       // FAILED_PRECONDITION
inline constexpr std::string_view kSchemaMismatch = "SCHEMA_MISMATCH";               // FAILED_PRECONDITION
inline constexpr std::string_view kNotDurable = "DATABASE_NOT_DURABLE";              // FAILED_PRECONDITION

}  // namespace switchboard::reason

#endif  // SWITCHBOARD_COMMON_STATUS_REASONS_H_
