package dev.latchkey.keys.usage;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.kit.paging.PageTokens;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.keys.v1.ClientAddressUsage;
import dev.latchkey.proto.keys.v1.KeyUsage;
import dev.latchkey.proto.keys.v1.ListClientAddressesRequest;
import dev.latchkey.proto.keys.v1.ListClientAddressesResponse;
import dev.latchkey.proto.keys.v1.ListKeyUsageRequest;
import dev.latchkey.proto.keys.v1.ListKeyUsageResponse;
import dev.latchkey.proto.keys.v1.QueryUsageRequest;
import dev.latchkey.proto.keys.v1.QueryUsageResponse;
import dev.latchkey.proto.keys.v1.UsageBucket;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Serves UsageService: reads the fields, asks {@link Usage}, answers. */
@Singleton
class UsageEndpoint extends UsageServiceGrpc.UsageServiceImplBase implements ManagementEndpoint {
  private static final int DEFAULT_ADDRESSES = 20;
  private static final int MOST_ADDRESSES = 100;

  private final Usage usage;
  private final PageTokens pageTokens;

  UsageEndpoint(Usage usage, PageTokens pageTokens) {
    this.usage = usage;
    this.pageTokens = pageTokens;
  }

  @Override
  public void queryUsage(QueryUsageRequest request, StreamObserver<QueryUsageResponse> observer) {
    Fields in = new Fields();
    UUID keyId = in.optionalId("key_id", request.getKeyId());
    UUID nodeId = in.optionalId("node_id", request.getNodeId());
    if (request.getKeyId().isEmpty() == request.getNodeId().isEmpty()) {
      in.refuse(
          "key_id", keyId == null ? "missing" : "set beside node_id", "one of key_id and node_id");
    }
    BucketSize size = UsageRequests.size(in, request.getBucketSize());
    Span span =
        UsageRequests.span(
            in,
            request.hasStartTime(),
            request.getStartTime(),
            request.hasEndTime(),
            request.getEndTime(),
            size,
            usage.now());
    UsageRequests.bound(in, span, size);
    in.check();
    Caller caller = Caller.current();
    respond(
        observer,
        message(
            keyId != null
                ? usage.ofKey(caller, keyId, size, span)
                : usage.ofNode(caller, Objects.requireNonNull(nodeId), size, span)));
  }

  private static QueryUsageResponse message(Map<Instant, Counts> buckets) {
    QueryUsageResponse.Builder response = QueryUsageResponse.newBuilder();
    Counts total = new Counts();
    buckets.forEach(
        (start, counts) -> {
          total.add(counts);
          response.addBuckets(
              UsageBucket.newBuilder()
                  .setStartTime(Timestamps.of(start))
                  .setCounts(counts.message()));
        });
    return response.setTotal(total.message()).build();
  }

  @Override
  public void listKeyUsage(
      ListKeyUsageRequest request, StreamObserver<ListKeyUsageResponse> observer) {
    Fields in = new Fields();
    UUID nodeId = in.id("node_id", request.getNodeId());
    Span span =
        UsageRequests.span(
            in,
            request.hasStartTime(),
            request.getStartTime(),
            request.hasEndTime(),
            request.getEndTime(),
            BucketSize.DAY,
            usage.now());
    int size =
        in.pageSize("page_size", request.getPageSize(), Page.DEFAULT_SIZE, Page.LARGEST_SIZE);
    in.check();
    Caller caller = Caller.current();
    String binding =
        UsageRequests.pageBinding(
            caller, request.toBuilder().clearPageToken().clearPageSize().build());
    Optional<UUID> after = pageTokens.open(binding, request.getPageToken());
    Page<Map.Entry<UUID, Counts>> page = usage.keys(caller, nodeId, span, after, size);
    ListKeyUsageResponse.Builder response = ListKeyUsageResponse.newBuilder();
    for (Map.Entry<UUID, Counts> key : page.items()) {
      response.addKeys(
          KeyUsage.newBuilder()
              .setKeyId(key.getKey().toString())
              .setCounts(key.getValue().message()));
    }
    page.next().ifPresent(last -> response.setNextPageToken(pageTokens.seal(binding, last)));
    respond(observer, response.build());
  }

  @Override
  public void listClientAddresses(
      ListClientAddressesRequest request, StreamObserver<ListClientAddressesResponse> observer) {
    Fields in = new Fields();
    UUID keyId = in.id("key_id", request.getKeyId());
    Span span =
        UsageRequests.span(
            in,
            request.hasStartTime(),
            request.getStartTime(),
            request.hasEndTime(),
            request.getEndTime(),
            BucketSize.DAY,
            usage.now());
    int size = in.pageSize("page_size", request.getPageSize(), DEFAULT_ADDRESSES, MOST_ADDRESSES);
    in.check();
    ListClientAddressesResponse.Builder response = ListClientAddressesResponse.newBuilder();
    for (UsageStore.Address address : usage.addresses(Caller.current(), keyId, span, size)) {
      response.addAddresses(
          ClientAddressUsage.newBuilder()
              .setAddress(address.text())
              .setCount(address.count())
              .setLastUsedTime(Timestamps.of(address.lastUsed())));
    }
    respond(observer, response.build());
  }

  private static <A> void respond(StreamObserver<A> observer, A answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }
}
