package dev.latchkey.edge.problem;

import java.util.Locale;

/**
 * The stable codes of the edge's problem documents, each with its one HTTP status and title. {@code
 * docs/errors.md} has a row for each.
 */
public enum ProblemCode {
  MISSING_API_KEY(401, "Missing API key"),
  API_KEY_IN_URL(401, "API key in URL"),
  INVALID_API_KEY(401, "Invalid API key"),
  CONFLICTING_CREDENTIALS(400, "Conflicting credentials"),
  TENANT_SUSPENDED(403, "Tenant suspended"),
  API_ACCESS_DENIED(403, "No API access"),
  CLIENT_NETWORK_NOT_ALLOWED(403, "Client network not allowed"),
  RESOURCE_NOT_GRANTED(403, "Resource not granted"),
  INSUFFICIENT_SCOPE(403, "Insufficient scope"),
  ACCESS_DENIED(403, "Access denied"),
  INVALID_REQUEST(400, "Invalid request"),
  INVALID_PAGE_TOKEN(400, "Invalid page token"),
  PLATFORM_KEY_REQUIRED(403, "Platform key required"),
  ROLE_INSUFFICIENT(403, "Role insufficient"),
  SCOPE_NOT_HELD(403, "Scope not held"),
  LIMIT_NOT_KEPT(403, "Limit not kept"),
  NOT_FOUND(404, "Not found"),
  RESOURCE_NOT_FOUND(404, "Resource not found"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  CONFLICT(409, "Conflict"),
  SLUG_TAKEN(409, "Slug taken"),
  REQUEST_ID_REUSED(409, "Request id reused"),
  SECRET_ALREADY_ISSUED(409, "Secret already issued"),
  NODE_NOT_LIVE(409, "Node not live"),
  KEY_REVOKED(409, "Key revoked"),
  KEY_EXPIRED(409, "Key expired"),
  KEY_ALREADY_ROTATED(409, "Key already rotated"),
  KEY_DISABLED(409, "Key disabled"),
  PLAN_IN_USE(409, "Plan in use"),
  LAST_OWNER(409, "Last owner"),
  USER_NOT_MEMBER(409, "User not a member"),
  OWNER_INACTIVE(409, "Owner inactive"),
  USER_FIELD_TAKEN(409, "User field taken"),
  KEY_TEXT_TAKEN(409, "Key text taken"),
  ETAG_MISMATCH(412, "Etag mismatch"),
  PAYLOAD_TOO_LARGE(413, "Payload too large"),
  URI_TOO_LONG(414, "URI too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
  RATE_LIMITED(429, "Rate limited"),
  QUOTA_EXHAUSTED(429, "Quota exhausted"),
  PLAN_CEILING_REACHED(429, "Plan ceiling reached"),
  RESOURCE_EXHAUSTED(429, "Resource exhausted"),
  HEADERS_TOO_LARGE(431, "Headers too large"),
  INTERNAL(500, "Internal error"),
  UNAVAILABLE(503, "Temporarily unavailable");

  private static final String DOCUMENTED_AT = "https://latchkey.dev/errors/";

  private final int status;
  private final String title;

  ProblemCode(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The HTTP status, always the same for a code. */
  public int status() {
    return status;
  }

  /** A few words for people, always the same for a code. */
  public String title() {
    return title;
  }

  /** The code as it stands in the document. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The URI that identifies the kind of problem. */
  public String type() {
    return DOCUMENTED_AT + wireName();
  }
}
