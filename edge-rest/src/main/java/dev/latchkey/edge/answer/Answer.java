package dev.latchkey.edge.answer;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * One answer of a route: its status, its body, and the header fields that are its own, not those
 * that every answer has. Whoever writes it gives it its form. Not changed by anyone.
 */
public final class Answer {
  private static final String JSON = "application/json";

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> fields;

  private Answer(int status, String contentType, byte[] body, Map<String, String> fields) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.fields = fields;
  }

  /**
   * An answer with a body of any type.
   *
   * @param body changed by nobody from here on
   */
  public static Answer of(int status, String contentType, byte[] body) {
    return new Answer(status, contentType, body, Map.of());
  }

  /**
   * An answer of JSON.
   *
   * @param body in UTF-8, changed by nobody from here on
   */
  public static Answer json(int status, byte[] body) {
    return of(status, JSON, body);
  }

  /** The same answer with more header fields, after those it has. */
  public Answer with(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.putAll(more);
    return new Answer(status, contentType, body, all);
  }

  /** The same answer with one header field more. */
  public Answer with(String name, String value) {
    return with(Map.of(name, value));
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The media type of the body. */
  public String contentType() {
    return contentType;
  }

  /** The bytes of the body themselves, without a copy. */
  public byte[] body() {
    return body;
  }

  /** Gives every header field of its own to a taker, in their order. */
  public void forEachField(BiConsumer<String, String> taker) {
    fields.forEach(taker);
  }

  /** The same as an answer of Micronaut's. */
  public MutableHttpResponse<byte[]> response() {
    MutableHttpResponse<byte[]> response =
        HttpResponse.<byte[]>status(HttpStatus.valueOf(status)).contentType(contentType).body(body);
    fields.forEach(response::header);
    return response;
  }
}
