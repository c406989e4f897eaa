-- The sales must hold every order.
SELECT o.n AS loaded, s.n AS summed
FROM (SELECT count(*) AS n FROM orders) AS o, (SELECT coalesce(sum(orders), 0) AS n FROM sales) AS s
WHERE o.n <> s.n;
