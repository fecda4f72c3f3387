internal import ArgumentParser
internal import Glibc
package import Loop
package import PolicyHost
internal import Synchronization

/// The policies of a running process: one epoch at a time, of which each loop asks a set of its own.
package final class ProcessPolicies: Sendable {
  private struct State {
    var epoch: PolicyEpoch
    var loops: [(loop: EventLoop, take: @Sendable (PolicyEpoch) -> Void)] = []
  }

  private let loader: PolicyLoader
  private let state: Mutex<State>

  /// As a server loads them: each after a trial in a child process, from copies in a folder of its own. Blocks.
  /// - Throws: `ExitCode` 1 after the setting, the plugin and the reason were printed.
  package init(_ list: PolicyList, for server: String, loops: Int) throws {
    loader = PolicyLoader(folder: "/tmp/\(server)-\(getuid())", loops: loops, trial: .bySelf)
    do throws(PolicyListUnusable) { state = Mutex(State(epoch: try Self.load(list, epoch: 1, loader))) } catch {
      printError("\(error)")
      throw ExitCode(1)
    }
  }

  /// What loop number `index` asks, from now on and after each reload.
  package func current(forLoop index: Int, on loop: EventLoop) -> CurrentPolicies {
    state.withLock { state in
      // Only ever touched on its own loop.
      nonisolated(unsafe) let current = CurrentPolicies(state.epoch.set(forLoop: index))
      state.loops.append((loop, { epoch in unsafe current.replace(with: epoch.set(forLoop: index)) }))
      return unsafe current
    }
  }

  /// All of the list, for all loops, or nothing: what is asked stays as it is when this throws. One at a time.
  package func reload(_ list: PolicyList, on loop: EventLoop) async throws {
    let number = state.withLock { $0.epoch.number } + 1
    let epoch = try await loop.offload { [loader] in try Self.load(list, epoch: number, loader) }
    state.withLock { state in
      state.epoch = epoch
      for (loop, take) in state.loops { loop.submit { take(epoch) } }
    }
  }

  private static func load(
    _ list: PolicyList, epoch: Int, _ loader: PolicyLoader
  ) throws(PolicyListUnusable) -> PolicyEpoch {
    do throws(PolicyError) { return try loader.load(list.sources, epoch: epoch) } catch {
      throw PolicyListUnusable(setting: list.setting, reason: error)
    }
  }
}

/// Policies that cannot be loaded, and the setting to look at.
struct PolicyListUnusable: Error, CustomStringConvertible {
  let setting: String
  let reason: PolicyError

  var description: String { "\(setting): \(reason)" }
}
