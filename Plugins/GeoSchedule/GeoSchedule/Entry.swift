internal import GeoScheduleRules
public import PolicyABI
internal import PolicySDK

private nonisolated(unsafe) let table = unsafe PolicyEntry.table(for: GeoSchedulePolicy.self)

@c(moviesnow_policy)
public func entry(hostMajor: UInt32, hostMinor: UInt32) -> UnsafePointer<policy_plugin>? { unsafe table }
