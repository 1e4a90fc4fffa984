package dev.latchkey.kit.audit;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.kit.paging.PageTokens;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.audit.v1.AuditEvent;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves ListAuditEvents for every service: their requests are different types with the same
 * fields, and are read by name. A caller sees what happened at its own node and below.
 */
public final class AuditLists {
  private static final int LONGEST_TYPE = 40;
  private static final int LONGEST_ACTION = 100;

  private final Transactions transactions;
  private final PageTokens pageTokens;

  public AuditLists(Transactions transactions, PageTokens pageTokens) {
    this.transactions = transactions;
    this.pageTokens = pageTokens;
  }

  /** A page of events, and the token for the page after; empty on the last page. */
  public record Listed(List<AuditEvent> events, String nextPageToken) {}

  /**
   * The page that the present call asks for.
   *
   * @param lineageOf gives the ids from the organization down to a node; throws {@code NOT_FOUND}
   */
  public Listed list(Message request, Function<UUID, List<UUID>> lineageOf) {
    Fields in = new Fields();
    UUID nodeId = in.optionalId("node_id", text(request, "node_id"));
    AuditQuery wanted = query(in, request);
    int size =
        in.pageSize(
            "page_size",
            (Integer) value(request, "page_size"),
            Page.DEFAULT_SIZE,
            Page.LARGEST_SIZE);
    in.check();
    Caller caller = Caller.current();
    String binding = binding(caller, request);
    UUID after = pageTokens.open(binding, text(request, "page_token")).orElse(null);
    AuditQuery query = within(wanted, lineage(caller, nodeId, lineageOf));
    Page<AuditEvent> page =
        Page.of(
            transactions.read(connection -> AuditStore.list(connection, query, after, size + 1)),
            size,
            event -> UUID.fromString(event.getId()));
    return new Listed(
        page.items(), page.next().map(last -> pageTokens.seal(binding, last)).orElse(""));
  }

  private static List<UUID> lineage(
      Caller caller, @Nullable UUID named, Function<UUID, List<UUID>> lineageOf) {
    UUID node = named == null ? caller.node().orElse(null) : named;
    if (node == null) {
      return List.of();
    }
    List<UUID> lineage = lineageOf.apply(node);
    caller.requireReach(lineage, "node", node);
    return lineage;
  }

  private static AuditQuery query(Fields in, Message request) {
    Instant from = time(in, request, "start_time");
    Instant until = time(in, request, "end_time");
    if (from != null && until != null && !from.isBefore(until)) {
      in.refuse("end_time", until.toString(), "after start_time, " + from);
    }
    return new AuditQuery(
        List.of(),
        in.optionalId("actor_key_id", text(request, "actor_key_id")),
        in.optionalId("actor_user_id", text(request, "actor_user_id")),
        in.optionalId("target_id", text(request, "target_id")),
        in.optionalText("target_type", text(request, "target_type"), LONGEST_TYPE),
        in.optionalText("action", text(request, "action"), LONGEST_ACTION),
        from,
        until);
  }

  private static AuditQuery within(AuditQuery query, List<UUID> lineage) {
    return new AuditQuery(
        lineage,
        query.actorKeyId(),
        query.actorUserId(),
        query.targetId(),
        query.targetType(),
        query.action(),
        query.from(),
        query.until());
  }

  private static @Nullable Instant time(Fields in, Message request, String name) {
    return in.optionalTime(
        name, request.hasField(field(request, name)), (Timestamp) value(request, name));
  }

  /** What a page token holds for: this caller and these filters, whatever the page. */
  private static String binding(Caller caller, Message request) {
    Message filters =
        request.toBuilder()
            .clearField(field(request, "page_token"))
            .clearField(field(request, "page_size"))
            .build();
    return "ListAuditEvents %s %s"
        .formatted(caller.keyId(), Base64.getEncoder().encodeToString(filters.toByteArray()));
  }

  private static String text(Message request, String name) {
    return (String) value(request, name);
  }

  private static Object value(Message request, String name) {
    return request.getField(field(request, name));
  }

  private static FieldDescriptor field(Message request, String name) {
    return Objects.requireNonNull(request.getDescriptorForType().findFieldByName(name), name);
  }
}
