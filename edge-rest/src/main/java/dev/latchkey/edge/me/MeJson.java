package dev.latchkey.edge.me;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.LimitState;
import dev.latchkey.proto.keys.v1.TenancyContext;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code GET /api/v1/me} (BEHAVIOURS ME3, ME4). Every member is always there: null
 * where there is no such thing, as with levels below the key's node. Durations are in seconds,
 * {@code 60s}, and times RFC 3339, as everywhere in the API.
 *
 * <p>Written member by member from the message: the answer that most requests get is not made into
 * other objects first.
 */
final class MeJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int USUAL_SIZE = 1_024;

  private MeJson() {}

  /** The JSON, in UTF-8. */
  static byte[] of(Allowed allowed, InetAddress clientAddress) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      write(json, allowed.getContext());
      write(json, allowed);
      json.writeStringField("client_address", clientAddress.getHostAddress());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, TenancyContext context) throws IOException {
    level(json, "organization", context.hasOrganization(), context.getOrganization());
    level(json, "project", context.hasProject(), context.getProject());
    level(json, "environment", context.hasEnvironment(), context.getEnvironment());
    level(json, "workspace", context.hasWorkspace(), context.getWorkspace());
  }

  private static void level(
      JsonGenerator json, String name, boolean present, TenancyContext.Node node)
      throws IOException {
    text(json, name + "_id", present ? node.getId() : null);
    text(json, name + "_name", present ? node.getDisplayName() : null);
    text(json, name + "_slug", present ? node.getSlug() : null);
  }

  private static void write(JsonGenerator json, Allowed allowed) throws IOException {
    AuthenticatedKey key = allowed.getKey();
    text(json, "mode", mode(key.getMode()));
    texts(json, "scopes", key.getScopesList());
    texts(json, "resources", key.getResourcesList());
    text(json, "owner_user_id", orNull(key.getOwnerUserId()));
    texts(json, "roles", key.getRolesList());
    json.writeArrayFieldStart("limits");
    for (LimitState limit : allowed.getLimitsList()) {
      write(json, limit);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("credits");
    for (CreditState credits : allowed.getCreditsList()) {
      write(json, credits);
    }
    json.writeEndArray();
    write(json, key);
  }

  private static void write(JsonGenerator json, LimitState limit) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", limit.getName());
    json.writeNumberField("amount", limit.getAmount());
    json.writeStringField("window", Durations.toString(limit.getWindow()));
    json.writeNumberField("burst", limit.getBurst());
    json.writeNumberField("remaining", limit.getRemaining());
    json.writeStringField("reset_after", Durations.toString(limit.getResetAfter()));
    json.writeBooleanField("shared", limit.getShared());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, CreditState credits) throws IOException {
    json.writeStartObject();
    text(json, "node_id", orNull(credits.getNode().getId()));
    json.writeNumberField("remaining", credits.getRemaining());
    text(
        json,
        "next_refill_time",
        credits.hasNextRefillTime() ? Timestamps.toString(credits.getNextRefillTime()) : null);
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, AuthenticatedKey key) throws IOException {
    json.writeObjectFieldStart("key");
    json.writeStringField("id", key.getId());
    json.writeStringField("name", key.getName());
    json.writeStringField("prefix", key.getPrefix());
    json.writeStringField("last_characters", key.getLastCharacters());
    text(json, "node_level", level(key.getNode().getLevel()));
    text(json, "node_id", orNull(key.getNode().getId()));
    text(
        json, "expire_time", key.hasExpireTime() ? Timestamps.toString(key.getExpireTime()) : null);
    json.writeObjectFieldStart("metadata");
    for (Map.Entry<String, String> entry : new TreeMap<>(key.getMetadataMap()).entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    json.writeFieldName(name);
    json.writeString(value);
  }

  private static void texts(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static @Nullable String mode(KeyMode mode) {
    return switch (mode) {
      case KEY_MODE_LIVE -> "live";
      case KEY_MODE_TEST -> "test";
      case KEY_MODE_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  private static @Nullable String level(NodeLevel level) {
    return switch (level) {
      case NODE_LEVEL_PLATFORM -> "platform";
      case NODE_LEVEL_ORGANIZATION -> "organization";
      case NODE_LEVEL_PROJECT -> "project";
      case NODE_LEVEL_ENVIRONMENT -> "environment";
      case NODE_LEVEL_WORKSPACE -> "workspace";
      case NODE_LEVEL_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }
}
