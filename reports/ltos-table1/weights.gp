# title: How far LToS moves from its initial sharing
# caption: Where an episode begins, without exploration's noise: the share of its own reward that an agent keeps (mean of the
#          agents), the least of them, and how far the high level's parameters have moved, over the length of the first ones.
#          Lines are means of the seeds, bands their range.
rows = 'own_weight_mean own_weight_least sharing_moved'
row_names = 'share kept|least share kept|moved'
row_ends = '0:1 0:1 *'
panels = 'n20'
panel_names = '20 agents'
lines = 'ltos ltos_code fixed_ltos'
line_names = 'ltos|ltos-code|fixed-ltos'
key(line, panel) = line.'_'.panel
load shared.'/default-overlay.gp'
