internal import Glibc
package import Loop
package import PolicyHost
internal import Synchronization

/// The policies of a running process: one epoch at a time, of which each loop asks a set of its own.
package final class ProcessPolicies: Sendable {
  private struct Loaded {
    let active: PolicyEpoch
    let shadow: PolicyEpoch?
  }

  /// A loop that asks them.
  private struct Asker {
    let loop: EventLoop
    let take: @Sendable (Loaded) -> Void
    let share: @Sendable () -> PolicyStatus.LoopShare
  }

  private struct State {
    var loaded: Loaded
    var askers: [Asker] = []
    var reloads = 0
    var refusal: String?
  }

  /// A loop that has not told its share by then is left out of a status.
  private static let patience = Duration.seconds(2)

  private let loader: PolicyLoader
  private let state: Mutex<State>

  /// As a server loads them: each after a trial in a child process, from copies in a folder of its own. Blocks.
  /// - Throws: `CommandFailure` with the setting, the plugin and the reason.
  package init(_ list: PolicyList, for server: String, loops: Int) throws {
    loader = PolicyLoader(folder: "/tmp/\(server)-\(getuid())", loops: loops, trial: .bySelf)
    do throws(PolicyListUnusable) { state = Mutex(State(loaded: try Self.load(list, epoch: 1, loader))) } catch {
      throw CommandFailure("\(error)")
    }
  }

  /// What loop number `index` asks, from now on and after each reload.
  package func current(forLoop index: Int, on loop: EventLoop) -> CurrentPolicies {
    state.withLock { state in
      let loaded = state.loaded
      // Only ever touched on its own loop.
      nonisolated(unsafe) let current = CurrentPolicies(
        loaded.active.set(forLoop: index), shadow: loaded.shadow?.set(forLoop: index))
      state.askers.append(
        Asker(
          loop: loop,
          take: { loaded in
            unsafe current.replace(with: loaded.active.set(forLoop: index), shadow: loaded.shadow?.set(forLoop: index))
          },
          share: { unsafe PolicyStatus.LoopShare(current) }))
      return unsafe current
    }
  }

  /// All of the list, for all loops, or nothing: what is asked stays as it is when this throws. One at a time.
  package func reload(_ list: PolicyList, on loop: EventLoop) async throws {
    let epoch = state.withLock { $0.loaded.active.number } + 1
    do {
      let loaded = try await loop.offload { [loader] in try Self.load(list, epoch: epoch, loader) }
      state.withLock { state in
        state.loaded = loaded
        for asker in state.askers { asker.loop.submit { asker.take(loaded) } }
        state.reloads += 1
        state.refusal = nil
      }
    } catch {
      state.withLock { state in
        state.reloads += 1
        state.refusal = "\(error)"
      }
      throw error
    }
  }

  /// What all loops have asked and heard, gathered on `home`.
  package func status(on home: EventLoop) async -> PolicyStatus {
    let state = state.withLock { $0 }
    let shares = await home.gather(within: Self.patience, from: state.askers.map { ($0.loop, $0.share) })
    return PolicyStatus(
      process: getpid(), epoch: state.loaded.active.number, reloads: state.reloads, refusal: state.refusal,
      loops: shares)
  }

  private static func load(
    _ list: PolicyList, epoch: Int, _ loader: PolicyLoader
  ) throws(PolicyListUnusable) -> Loaded {
    let active = try load(list.sources, named: list.setting, epoch, loader)
    guard let shadow = list.shadow else { return Loaded(active: active, shadow: nil) }
    return Loaded(active: active, shadow: try load(shadow, named: "\(list.setting), its shadow", epoch, loader))
  }

  private static func load(
    _ sources: [PolicySource], named setting: String, _ epoch: Int, _ loader: PolicyLoader
  ) throws(PolicyListUnusable) -> PolicyEpoch {
    do throws(PolicyError) { return try loader.load(sources, epoch: epoch) } catch {
      throw PolicyListUnusable(setting: setting, reason: error)
    }
  }
}

/// Policies that cannot be loaded, and the setting to look at.
private struct PolicyListUnusable: Error, CustomStringConvertible {
  let setting: String
  let reason: PolicyError

  var description: String { "\(setting): \(reason)" }
}
