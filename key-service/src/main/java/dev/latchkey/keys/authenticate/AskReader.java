package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.keys.resource.Resource;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.Address;
import dev.latchkey.kit.net.AddressReader;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of Authenticate, and is the one it read last, so that nothing has to be made to
 * hold it. For one thread. Whoever goes on with the request later, on whatever thread, {@link #kept
 * keeps} it: the next one is read into the same place.
 */
final class AskReader implements Ask, ScopeRequirement {
  private static final int MOST_SCOPES = 50;
  private static final int LONGEST_SCOPE = 100;
  private static final long MOST_COST = 1_000_000;

  private static final ThreadLocal<AskReader> OF_THREAD = ThreadLocal.withInitial(AskReader::new);

  /** Empty between two requests. */
  private Fields mistakes = new Fields();

  private final AddressReader address = new AddressReader();
  private boolean taken;

  private List<String> all = List.of();
  private List<String> any = List.of();
  private @Nullable Resource resource;
  private @Nullable Address client;
  private String limit = RateLimit.DATA;
  private long cost = 1;

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

  /** Ends the use for one request. */
  void back() {
    taken = false;
  }

  /**
   * Reads a request.
   *
   * @throws dev.latchkey.kit.errors.ApiException if it has mistakes
   */
  void read(AuthenticateRequest request) {
    try {
      read(request, "", mistakes);
      mistakes.check();
    } catch (RuntimeException refusal) {
      mistakes = new Fields();
      throw refusal;
    }
  }

  /**
   * Reads a request, and notes what is wrong with it.
   *
   * @param path goes before the names of its fields
   */
  void read(AuthenticateRequest request, String path, Fields in) {
    all = scopes(request.getRequiredScopesList(), "required_scopes", path, in);
    any = scopes(request.getAnyScopesList(), "any_scopes", path, in);
    client = client(request.getClientAddress(), path, in);
    resource = resource(request.getResource(), path, in);
    limit =
        request.getLimit().isEmpty() ? RateLimit.DATA : in.name(path + "limit", request.getLimit());
    cost = request.hasCost() ? in.number(path + "cost", request.getCost(), 0, MOST_COST) : 1;
  }

  /** Makes the names of fields only for those that are refused: this is the path of every call. */
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
  public KeptAsk kept() {
    return new KeptAsk(
        ScopeRequirement.of(all, any),
        resource,
        client == null ? null : client.fixed(),
        limit,
        cost);
  }
}
