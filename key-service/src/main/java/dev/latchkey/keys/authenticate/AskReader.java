package dev.latchkey.keys.authenticate;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.keys.resource.Resource;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.Address;
import dev.latchkey.kit.net.AddressReader;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of Authenticate from their bytes, and is the one it read last, so that nothing has
 * to be made to hold it. For one thread. Whoever goes on with the request later, on whatever
 * thread, {@link #kept keeps} it: the next one is read into the same place.
 *
 * <p>A request as clients send it is read where it lies. One that is written in an unusual way, or
 * has a mistake, is read once more by protobuf's parser and field by field: that way alone refuses.
 */
final class AskReader implements Ask, ScopeRequirement {
  private static final int MOST_SCOPES = 50;
  private static final int LONGEST_SCOPE = 100;
  private static final long MOST_COST = 1_000_000;

  private static final int CREDENTIAL =
      AuthenticateRequest.CREDENTIAL_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.BYTES;
  private static final int CLIENT_ADDRESS =
      AuthenticateRequest.CLIENT_ADDRESS_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.BYTES;
  private static final int REQUIRED_SCOPES =
      AuthenticateRequest.REQUIRED_SCOPES_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.BYTES;
  private static final int ANY_SCOPES =
      AuthenticateRequest.ANY_SCOPES_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.BYTES;
  private static final int RESOURCE =
      AuthenticateRequest.RESOURCE_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.BYTES;
  private static final int LIMIT =
      AuthenticateRequest.LIMIT_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.BYTES;
  private static final int COST =
      AuthenticateRequest.COST_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.NUMBER;
  private static final int INCLUDE_FRESHNESS =
      AuthenticateRequest.INCLUDE_FRESHNESS_FIELD_NUMBER << PlainFields.TYPE_BITS
          | PlainFields.NUMBER;

  private static final byte[] NONE = {};

  private static final ThreadLocal<AskReader> OF_THREAD = ThreadLocal.withInitial(AskReader::new);

  private final PlainFields fields = new PlainFields();
  private final RecurringTexts scopes =
      new RecurringTexts(text -> Fields.isText(text, LONGEST_SCOPE));
  private final RecurringTexts limits = new RecurringTexts(Fields::isName);
  private final AddressReader address = new AddressReader();
  private final List<String> plainAll = new ArrayList<>();
  private final List<String> plainAny = new ArrayList<>();
  private boolean taken;

  /** In which the credential lies. */
  private byte[] credential = NONE;

  private int credentialFrom;
  private int credentialTo;
  private List<String> all = plainAll;
  private List<String> any = plainAny;
  private @Nullable Resource resource;
  private @Nullable Address client;
  private String limit = RateLimit.DATA;
  private long cost = 1;
  private boolean includeFreshness;

  @SuppressWarnings("UnusedVariable") // See consume.
  private long fetched;

  /**
   * The reader of this thread, for one request; to be given {@link #back}. A request that is
   * decided while another is, on the same thread, has one of its own.
   */
  static AskReader take() {
    AskReader own = OF_THREAD.get();
    AskReader free = own.taken ? new AskReader() : own;
    free.taken = true;
    return free;
  }

  /** Ends the use for one request, and lets go of its credential. */
  void back() {
    fields.end();
    credential = NONE;
    taken = false;
  }

  /**
   * Reads a request from the bytes of an {@link AuthenticateRequest}, which must not change as long
   * as it is used.
   *
   * @param from the place of the first byte
   * @param to the place behind the last
   * @throws InvalidProtocolBufferException if they are none
   * @throws dev.latchkey.kit.errors.ApiException if it has mistakes
   */
  void read(byte[] bytes, int from, int to) throws InvalidProtocolBufferException {
    if (!readPlain(bytes, from, to)) {
      Fields in = new Fields();
      read(AuthenticateRequest.parser().parseFrom(bytes, from, to - from), "", in);
      in.check();
    }
  }

  /** Reads it where it lies; false, and nothing of use, if it is not plain or has a mistake. */
  boolean readPlain(byte[] bytes, int from, int to) {
    fields.begin(bytes, from, to);
    credential = bytes;
    credentialFrom = from;
    credentialTo = from;
    plainAll.clear();
    plainAny.clear();
    all = plainAll;
    any = plainAny;
    resource = null;
    client = null;
    limit = RateLimit.DATA;
    cost = 1;
    includeFreshness = false;
    while (fields.hasMore()) {
      if (!readPlainField(fields.tag(), bytes)) {
        return false;
      }
    }
    return true;
  }

  private boolean readPlainField(int tag, byte[] bytes) {
    return switch (tag) {
      case CREDENTIAL -> {
        boolean plain = fields.readText();
        credentialFrom = fields.from();
        credentialTo = fields.to();
        yield plain;
      }
      case CLIENT_ADDRESS -> {
        client = address;
        yield fields.readBytes() && address.read(bytes, fields.from(), fields.to());
      }
      case REQUIRED_SCOPES -> readPlainScope(bytes, plainAll);
      case ANY_SCOPES -> readPlainScope(bytes, plainAny);
      case RESOURCE -> {
        resource = fields.readText() ? Resource.parse(fields.text()).orElse(null) : null;
        yield resource != null;
      }
      case LIMIT -> {
        String name = fields.readText() ? limits.find(bytes, fields.from(), fields.to()) : null;
        limit = name == null ? limit : name;
        yield name != null;
      }
      case COST -> {
        boolean plain = fields.readNumber();
        cost = fields.number();
        yield plain && cost <= MOST_COST;
      }
      case INCLUDE_FRESHNESS -> {
        boolean plain = fields.readNumber();
        includeFreshness = fields.number() != 0;
        yield plain;
      }
      default -> false;
    };
  }

  private boolean readPlainScope(byte[] bytes, List<String> to) {
    String scope =
        fields.readText() && to.size() < MOST_SCOPES
            ? scopes.find(bytes, fields.from(), fields.to())
            : null;
    return scope != null && to.add(scope);
  }

  /**
   * Reads a request, and notes what is wrong with it.
   *
   * @param path goes before the names of its fields
   */
  void read(AuthenticateRequest request, String path, Fields in) {
    credential = request.getCredential().getBytes(StandardCharsets.UTF_8);
    credentialFrom = 0;
    credentialTo = credential.length;
    all = scopes(request.getRequiredScopesList(), "required_scopes", path, in);
    any = scopes(request.getAnyScopesList(), "any_scopes", path, in);
    client = client(request.getClientAddress(), path, in);
    resource = resource(request.getResource(), path, in);
    limit =
        request.getLimit().isEmpty() ? RateLimit.DATA : in.name(path + "limit", request.getLimit());
    cost = request.hasCost() ? in.number(path + "cost", request.getCost(), 0, MOST_COST) : 1;
    includeFreshness = request.getIncludeFreshness();
  }

  /** Makes the names of fields only for those that are refused. */
  private static List<String> scopes(List<String> scopes, String field, String path, Fields in) {
    if (scopes.size() > MOST_SCOPES) {
      in.refuse(path + field, scopes.size() + " scopes", "at most " + MOST_SCOPES);
      return scopes;
    }
    for (int i = 0; i < scopes.size(); i++) {
      if (!Fields.isText(scopes.get(i), LONGEST_SCOPE)) {
        in.text("%s%s[%d]".formatted(path, field, i), scopes.get(i), LONGEST_SCOPE);
      }
    }
    return scopes;
  }

  private @Nullable Address client(String text, String path, Fields in) {
    if (text.isEmpty()) {
      return null;
    }
    if (!address.read(text)) {
      in.refuse(path + "client_address", Fields.echo(text), "an IPv4 or IPv6 address");
    }
    return address;
  }

  private static @Nullable Resource resource(String text, String path, Fields in) {
    if (text.isEmpty()) {
      return null;
    }
    Optional<Resource> resource = Resource.parse(text);
    if (resource.isEmpty()) {
      in.refuse(
          path + "resource",
          Fields.echo(text),
          "<type>:/<path> of up to 1000 characters, without empty, . or .. segments or *");
    }
    return resource.orElse(null);
  }

  /** The hash that its credential is looked up by; null for one that is refused. */
  @Nullable HashBits hash(Credentials credentials) {
    return credentials.hash(credential, credentialFrom, credentialTo);
  }

  /** Takes what {@link Lookup.Found#fetch} gave, as if there were a use for it. */
  void consume(long number) {
    fetched = number;
  }

  /** A copy of its credential. */
  Secret credential() {
    return Secret.of(
        new String(
            credential, credentialFrom, credentialTo - credentialFrom, StandardCharsets.UTF_8));
  }

  /** Whether it has no credential. */
  boolean isWithoutCredential() {
    return credentialFrom == credentialTo;
  }

  @Override
  public List<String> all() {
    return all;
  }

  @Override
  public List<String> any() {
    return any;
  }

  @Override
  public ScopeRequirement scopes() {
    return this;
  }

  @Override
  public @Nullable Resource resource() {
    return resource;
  }

  @Override
  public @Nullable Address client() {
    return client;
  }

  @Override
  public String limit() {
    return limit;
  }

  @Override
  public long cost() {
    return cost;
  }

  @Override
  public boolean includeFreshness() {
    return includeFreshness;
  }

  @Override
  public KeptAsk kept() {
    return new KeptAsk(
        ScopeRequirement.of(all, any),
        resource,
        client == null ? null : client.fixed(),
        limit,
        cost,
        includeFreshness);
  }
}
