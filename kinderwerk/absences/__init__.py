"""Who is away from when until when, and who stands in: nobody in a case is left without anybody."""
