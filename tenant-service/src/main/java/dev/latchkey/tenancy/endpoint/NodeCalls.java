package dev.latchkey.tenancy.endpoint;

import com.google.protobuf.Message;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.audit.AuditTarget;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.tenancy.change.Outcome;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.node.Lineage;
import dev.latchkey.tenancy.node.NewNode;
import dev.latchkey.tenancy.node.Nodes;
import dev.latchkey.tenancy.node.Query;
import dev.latchkey.tenancy.node.Settings;
import dev.latchkey.tenancy.node.SettingsChange;
import dev.latchkey.tenancy.node.SettingsChange.Field;
import dev.latchkey.tenancy.node.Target;
import dev.latchkey.tenancy.policy.KeyPolicy;
import dev.latchkey.tenancy.wire.NodeMessages;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The seven calls that every level has: request in, work on {@link Nodes}, answer out. What of a
 * request differs between levels follows from {@link Level}; the answer's type is given by an empty
 * one.
 */
@Singleton
final class NodeCalls {
  private static final Set<Field> OF_EVERY_LEVEL =
      Set.of(Field.DISPLAY_NAME, Field.KEY_FORMAT, Field.ALLOWED_NETWORKS, Field.RATE_LIMITS);

  private final Nodes nodes;
  private final Transactions transactions;
  private final Writes writes;
  private final Pages pages;
  private final InstantSource clock;
  private final Writes.Kind<Lineage> kind =
      new Writes.Kind<>(
          this::translate, lineage -> NodeMessages.change(lineage.node()), NodeCalls::target);

  NodeCalls(
      Nodes nodes, Transactions transactions, Writes writes, Pages pages, InstantSource clock) {
    this.nodes = nodes;
    this.transactions = transactions;
    this.writes = writes;
    this.pages = pages;
    this.clock = clock;
  }

  /** A change of one node. */
  @FunctionalInterface
  private interface Move {
    Outcome<Lineage> make(Connection connection, Caller caller, Target target);
  }

  <A extends Message> void create(Level level, Message message, A answer, StreamObserver<A> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    UUID parent = level.parent().map(above -> request.id(above.idField())).orElse(null);
    String slug = request.slug();
    NewNode wanted = new NewNode(level, parent, slug, settings(level, request, slug));
    request.check();
    Caller caller = Caller.current();
    writes.run(kind, request, requestId, answer, out, in -> nodes.create(in, caller, wanted));
  }

  <A extends Message> void get(Level level, Message message, A answer, StreamObserver<A> out) {
    Request request = new Request(message);
    UUID id = request.id("id");
    request.check();
    Caller caller = Caller.current();
    Lineage found = transactions.read(in -> nodes.get(in, caller, level, id));
    Answers.send(Answers.one(answer, translate(found)), out);
  }

  <A extends Message> void list(Level level, Message message, A answer, StreamObserver<A> out) {
    Request request = new Request(message);
    UUID parent = level.parent().map(above -> request.id(above.idField())).orElse(null);
    boolean showDeleted = request.flag("show_deleted");
    int size = request.pageSize();
    request.check();
    Caller caller = Caller.current();
    UUID after = pages.open(request, caller);
    Query query = new Query(level, parent, after, size, showDeleted);
    Page<Lineage> page = transactions.read(in -> nodes.list(in, caller, query));
    Answers.send(
        Answers.many(
            answer,
            page.items().stream().map(this::translate).toList(),
            pages.seal(request, caller, page)),
        out);
  }

  <A extends Message> void update(Level level, Message message, A answer, StreamObserver<A> out) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    Target target = target(level, request);
    SettingsChange change =
        new SettingsChange(changing(level, request), settings(level, request, ""));
    request.check();
    Caller caller = Caller.current();
    writes.run(
        kind, request, requestId, answer, out, in -> nodes.update(in, caller, target, change));
  }

  <A extends Message> void suspend(Level level, Message message, A answer, StreamObserver<A> out) {
    move(level, message, answer, out, nodes::suspend);
  }

  <A extends Message> void resume(Level level, Message message, A answer, StreamObserver<A> out) {
    move(level, message, answer, out, nodes::resume);
  }

  <A extends Message> void delete(Level level, Message message, A answer, StreamObserver<A> out) {
    move(level, message, answer, out, nodes::delete);
  }

  private <A extends Message> void move(
      Level level, Message message, A answer, StreamObserver<A> out, Move move) {
    Request request = new Request(message);
    UUID requestId = request.requestId();
    Target target = target(level, request);
    request.check();
    Caller caller = Caller.current();
    writes.run(kind, request, requestId, answer, out, in -> move.make(in, caller, target));
  }

  private Message translate(Lineage lineage) {
    return NodeMessages.answer(lineage, clock.instant());
  }

  private static AuditTarget target(Lineage lineage) {
    return new AuditTarget(lineage.node().level().typeName(), lineage.node().id(), lineage.ids());
  }

  private static Target target(Level level, Request request) {
    return new Target(level, request.id("id"), request.version());
  }

  private static Settings settings(Level level, Request request, String otherwise) {
    Set<Field> known = known(level);
    return new Settings(
        request.displayName(otherwise),
        request.keyFormat(),
        known.contains(Field.PLAN_ID) ? request.optionalId("plan_id") : null,
        known.contains(Field.EXPIRE_TIME) ? request.time("expire_time") : null,
        request.networks(),
        request.rateLimits(),
        known.contains(Field.KEY_ROLES) ? request.keyPolicy() : KeyPolicy.NONE);
  }

  private static Set<Field> changing(Level level, Request request) {
    Set<String> paths = new TreeSet<>();
    known(level).forEach(field -> paths.add(path(field)));
    Set<Field> changing = EnumSet.noneOf(Field.class);
    request.mask(paths).forEach(path -> changing.add(Field.valueOf(path.toUpperCase(Locale.ROOT))));
    return changing;
  }

  private static String path(Field field) {
    return field.name().toLowerCase(Locale.ROOT);
  }

  /** The settings that nodes of a level have. */
  private static Set<Field> known(Level level) {
    return switch (level) {
      case ORGANIZATION -> with(Field.PLAN_ID);
      case ENVIRONMENT -> with(Field.EXPIRE_TIME);
      case PROJECT -> with(Field.SCOPE_CATALOGUE, Field.KEY_ROLES, Field.LEAK_POLICY);
      case WORKSPACE -> with();
    };
  }

  private static Set<Field> with(Field... own) {
    Set<Field> fields = EnumSet.copyOf(OF_EVERY_LEVEL);
    fields.addAll(List.of(own));
    return fields;
  }
}
