internal import Postgres
internal import Routing

extension Role: PostgresEncodable, PostgresDecodable {}
